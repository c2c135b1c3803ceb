import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useRef, useState } from 'react';

import type { LogLine } from '../_wire';

export interface IBuildLogProps {
  log: readonly LogLine[];
  trans: TranslationBundle;
  onFold: (open: boolean) => void;
}

/** The log of the last build behind a fold; follows its end unless it is scrolled. */
export function BuildLog({ log, trans, onFold }: IBuildLogProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const lines = useRef<HTMLPreElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (lines.current && atEnd.current) {
      lines.current.scrollTop = lines.current.scrollHeight;
    }
  }, [log, open]);
  useEffect(() => () => onFold(false), []);
  return (
    <details
      className="jp-Envs-fold"
      onToggle={event => {
        setOpen(event.currentTarget.open);
        onFold(event.currentTarget.open);
      }}
    >
      <summary>{trans.__('Log')}</summary>
      {open && (
        <pre
          ref={lines}
          className="jp-Envs-log"
          tabIndex={0}
          aria-label={trans.__('Lines of the log')}
          onScroll={({ currentTarget: box }) => {
            atEnd.current =
              box.scrollHeight - box.scrollTop - box.clientHeight < 8;
          }}
        >
          {log.map(line => line.text).join('\n') || trans.__('No lines yet')}
        </pre>
      )}
    </details>
  );
}
