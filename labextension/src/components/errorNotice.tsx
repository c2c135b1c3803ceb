import type { TranslationBundle } from '@jupyterlab/translation';

import type { ErrorView } from '../_wire';
import { placeSentence } from '../describe';
import { Problems } from './problems';
import { Words } from './words';

export interface IErrorNoticeProps {
  error: ErrorView;
  trans: TranslationBundle;
  /** The one thing that can be done about it here. */
  action?: { label: string; act: () => void };
}

/** What went wrong, how to mend it, and the engine's own words behind a fold. */
export function ErrorNotice({
  error,
  trans,
  action
}: IErrorNoticeProps): JSX.Element {
  const place = placeSentence(error, trans);
  const others = error.problems.filter(p => p.message !== error.message);
  return (
    <div className="jp-Envs-notice jp-mod-bad" role="alert">
      <p className="jp-Envs-notice-message">
        <Words text={error.message} />
      </p>
      {place && <p className="jp-Envs-minor">{place}</p>}
      {error.hint && (
        <p>
          <Words text={error.hint} />
        </p>
      )}
      <Problems problems={others} trans={trans} />
      {error.details && (
        <details>
          <summary>{trans.__('Details')}</summary>
          {/* Scrolls, so the keyboard must reach it. */}
          <pre className="jp-Envs-log" tabIndex={0}>
            {error.details}
          </pre>
        </details>
      )}
      {action && (
        <div className="jp-Envs-actions">
          <button
            type="button"
            className="jp-mod-styled jp-Envs-button"
            onClick={action.act}
          >
            {action.label}
          </button>
        </div>
      )}
    </div>
  );
}
