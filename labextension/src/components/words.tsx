import { Fragment } from 'react';

/** A sentence whose `names` stand in backticks. */
export function Words({ text }: { text: string }): JSX.Element {
  const parts = text.split('`');
  return (
    <>
      {parts.map((part, index) =>
        index % 2 && index < parts.length - 1 ? (
          <code key={index}>{part}</code>
        ) : (
          <Fragment key={index}>{part}</Fragment>
        )
      )}
    </>
  );
}
