import type { TranslationBundle } from '@jupyterlab/translation';

import type { BuildView, EnvironmentView } from '../_wire';
import { byKind } from '../describe';
import { nameOf } from '../paths';
import { Words } from './words';

export interface IConsentProps {
  view: EnvironmentView;
  verb: BuildView['verb'];
  trans: TranslationBundle;
  onAgree: () => void;
  onDisagree: () => void;
}

/** Asked once for each content of a file, before anything is fetched. */
export function Consent({
  view,
  verb,
  trans,
  onAgree,
  onDisagree
}: IConsentProps): JSX.Element {
  const { conda, pip } = byKind(view.requirements);
  const title =
    verb === 'build'
      ? trans.__('Build from this file?')
      : trans.__('Review this file?');
  return (
    <section className="jp-Envs-notice jp-mod-warning" aria-label={title}>
      <h3>{title}</h3>
      <p>
        <Words
          text={trans.__(
            '`%1` is new here, or has changed. It fetches packages, and packages are programs: agree only if you know where the file comes from.',
            nameOf(view.file?.path ?? '')
          )}
        />
      </p>
      <dl className="jp-Envs-facts">
        <dt>{trans.__('Channels')}</dt>
        <dd>{view.file?.channels.join(', ')}</dd>
        <Asked term="conda" lines={conda.map(line => line.asked)} />
        <Asked term="pip" lines={pip.map(line => line.asked)} />
      </dl>
      <div className="jp-Envs-actions">
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept jp-Envs-button"
          onClick={onAgree}
        >
          {verb === 'build'
            ? trans.__('Agree and Build')
            : trans.__('Agree and Review')}
        </button>
        <button
          type="button"
          className="jp-mod-styled jp-mod-reject jp-Envs-button"
          onClick={onDisagree}
        >
          {trans.__('Not Now')}
        </button>
      </div>
    </section>
  );
}

function Asked({
  term,
  lines
}: {
  term: string;
  lines: readonly string[];
}): JSX.Element | null {
  return lines.length ? (
    <>
      <dt>{term}</dt>
      <dd className="jp-Envs-asked">
        {lines.map((line, index) => (
          <code key={index}>{line}</code>
        ))}
      </dd>
    </>
  ) : null;
}
