import type { ErrorView } from './_wire';

/** An error whose words are meant for the person who reads them. */
export class EnvsError extends Error {
  readonly view: ErrorView;

  constructor(view: Pick<ErrorView, 'code' | 'message'> & Partial<ErrorView>) {
    super(view.message);
    this.name = 'EnvsError';
    this.view = {
      hint: '',
      file: '',
      line: 0,
      column: 0,
      details: '',
      problems: [],
      ...view
    };
  }

  get code(): string {
    return this.view.code;
  }
}

/** What a person can be told of whatever was thrown. */
export function errorView(reason: unknown): ErrorView {
  if (reason instanceof EnvsError) {
    return reason.view;
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return new EnvsError({ code: 'unexpected', message }).view;
}
