import type { TranslationBundle } from '@jupyterlab/translation';

import type { IDraft, Source } from '../draft';
import { ErrorNotice } from './errorNotice';
import { Words } from './words';

export interface INewFileProps {
  draft: IDraft;
  trans: TranslationBundle;
  onChange: (change: Partial<IDraft>) => void;
  onMake: () => void;
  onWrite: () => void;
  onClose: () => void;
}

/** Makes a new environment file: where from, then its text to see and mend, then written. */
export function NewFile(props: INewFileProps): JSX.Element {
  const { draft, trans, onMake, onWrite, onClose } = props;
  const { written } = draft;
  return (
    <form
      className="jp-Envs-form"
      aria-label={trans.__('New environment file')}
      onSubmit={event => {
        event.preventDefault();
        (written ? onWrite : onMake)();
      }}
    >
      <h2 className="jp-Envs-name">{trans.__('New environment file')}</h2>
      {written ? <Text {...props} /> : <Sources {...props} />}
      {draft.error && <ErrorNotice error={draft.error} trans={trans} />}
      <div className="jp-Envs-actions">
        <button
          type="submit"
          className="jp-mod-styled jp-mod-accept jp-Envs-button"
          aria-disabled={draft.busy}
        >
          {written ? trans.__('Create File') : trans.__('Show Draft')}
        </button>
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject jp-Envs-button"
          onClick={onClose}
        >
          {trans.__('Discard')}
        </button>
      </div>
    </form>
  );
}

function Sources({ draft, trans, onChange }: INewFileProps): JSX.Element {
  const labels: Record<Source, string> = {
    imports: trans.__('The imports of the notebooks here'),
    requirements: trans.__('The file requirements.txt'),
    packages: trans.__('A Python version and packages')
  };
  return (
    <>
      <fieldset>
        <legend>{trans.__('Made from')}</legend>
        {(Object.keys(labels) as Source[]).map(source => (
          <label key={source}>
            <input
              type="radio"
              name="jupyter-envs-source"
              checked={draft.source === source}
              onChange={() => onChange({ source })}
            />
            {labels[source]}
          </label>
        ))}
      </fieldset>
      {draft.source === 'packages' && (
        <>
          <label className="jp-Envs-field">
            {trans.__('Python version')}
            <input
              className="jp-mod-styled jp-Envs-input"
              placeholder="3.12"
              value={draft.python}
              onChange={event => onChange({ python: event.target.value })}
            />
          </label>
          <label className="jp-Envs-field">
            {trans.__('Packages, one a line')}
            <textarea
              className="jp-mod-styled jp-Envs-input jp-Envs-text"
              rows={4}
              spellCheck={false}
              value={draft.packages}
              onChange={event => onChange({ packages: event.target.value })}
            />
          </label>
        </>
      )}
    </>
  );
}

function Text({ draft, trans, onChange }: INewFileProps): JSX.Element | null {
  const { written } = draft;
  if (!written) {
    return null;
  }
  return (
    <>
      {written.notes.map((note, index) => (
        <p key={index} className="jp-Envs-minor">
          <Words text={note} />
        </p>
      ))}
      <label className="jp-Envs-field">
        {trans.__('File')}
        <input
          className="jp-mod-styled jp-Envs-input"
          value={written.path}
          onChange={event =>
            onChange({ written: { ...written, path: event.target.value } })
          }
        />
      </label>
      <label className="jp-Envs-field">
        {trans.__('Text')}
        <textarea
          className="jp-mod-styled jp-Envs-input jp-Envs-text"
          rows={12}
          spellCheck={false}
          value={written.text}
          onChange={event =>
            onChange({ written: { ...written, text: event.target.value } })
          }
        />
      </label>
    </>
  );
}
