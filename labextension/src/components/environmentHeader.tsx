import { HTMLSelect } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { EnvironmentView } from '../_wire';
import { announcement, counts, statusSentence, tone } from '../describe';
import { generationSentence, isRunning } from '../describeBuild';
import { nameOf } from '../paths';
import { Words } from './words';

export interface IEnvironmentHeaderProps {
  view: EnvironmentView;
  trans: TranslationBundle;
  onOpenFile: (path: string) => void;
  onChooseFile: (path: string) => void;
  onReplaceLock: () => void;
}

/** What the file is, what it declares, and how things stand. */
export function EnvironmentHeader(props: IEnvironmentHeaderProps): JSX.Element {
  const { view, trans } = props;
  const { file, lock, generation, added } = view;
  const toneName = tone(view.state, counts(view.drift), isRunning(view.build));
  return (
    <div className="jp-Envs-header">
      <h2 className="jp-Envs-name">{view.name || trans.__('Environment')}</h2>
      <p className={`jp-Envs-status jp-mod-${toneName}`} aria-hidden="true">
        {statusSentence(view, trans)}
      </p>
      <p className="jp-Envs-hidden" role="status">
        {announcement(view, trans)}
      </p>
      <dl className="jp-Envs-facts">
        {file && (
          <>
            <dt>{trans.__('File')}</dt>
            <dd>
              <FileChoice {...props} current={file.path} />
            </dd>
            <dt>{trans.__('Channels')}</dt>
            <dd>
              {file.channels.join(', ')}
              {file.channels_note && (
                <p className="jp-Envs-minor">
                  <Words text={file.channels_note} />
                </p>
              )}
            </dd>
          </>
        )}
        {lock && (
          <>
            <dt>{trans.__('Lock')}</dt>
            <dd>
              {lock.in_store ? (
                trans._n('%1 package', '%1 packages', lock.packages)
              ) : (
                <Words
                  text={trans._n(
                    '%1 package in `%2`',
                    '%1 packages in `%2`',
                    lock.packages,
                    nameOf(lock.path)
                  )}
                />
              )}
              {lock.note && (
                <p className="jp-Envs-minor">
                  <Words text={lock.note} />{' '}
                  {lock.foreign && !lock.current && !isRunning(view.build) && (
                    <button
                      type="button"
                      className="jp-Envs-link"
                      onClick={props.onReplaceLock}
                    >
                      {trans.__('Build and replace it')}
                    </button>
                  )}
                </p>
              )}
            </dd>
          </>
        )}
        {generation && (
          <>
            <dt>{trans.__('Built')}</dt>
            <dd>{generationSentence(generation, trans)}</dd>
          </>
        )}
        {added.length > 0 && (
          <>
            <dt>{trans.__('Added')}</dt>
            <dd>{trans.__('%1, for the kernel', added.join(', '))}</dd>
          </>
        )}
      </dl>
    </div>
  );
}

function FileChoice({
  view,
  trans,
  current,
  onOpenFile,
  onChooseFile
}: IEnvironmentHeaderProps & { current: string }): JSX.Element {
  return (
    <>
      {view.choices.length > 1 && (
        <HTMLSelect
          aria-label={trans.__('Environment file')}
          value={current}
          disabled={isRunning(view.build)}
          onChange={event => onChooseFile(event.target.value)}
        >
          {view.choices.map(path => (
            <option key={path} value={path}>
              {nameOf(path)}
            </option>
          ))}
        </HTMLSelect>
      )}
      <button
        type="button"
        className="jp-Envs-link"
        title={current}
        onClick={() => onOpenFile(current)}
      >
        {view.choices.length > 1 ? trans.__('Open') : nameOf(current)}
      </button>
    </>
  );
}
