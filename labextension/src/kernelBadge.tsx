import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import { badgeSentence, tone } from './describe';
import type { INews, IProjects } from './projects';

/** In a notebook's toolbar: how its environment stands. A click opens the panel. */
export class KernelBadge extends ReactWidget {
  constructor(
    private readonly projects: IProjects,
    private readonly path: () => string,
    private readonly trans: TranslationBundle,
    private readonly onClick: () => void
  ) {
    super();
    this.addClass('jp-Envs-badge');
  }

  protected override render(): JSX.Element {
    return (
      <UseSignal signal={this.projects.changed}>
        {() => (
          <Badge
            news={this.projects.news(this.path())}
            trans={this.trans}
            onClick={this.onClick}
          />
        )}
      </UseSignal>
    );
  }
}

function Badge({
  news,
  trans,
  onClick
}: {
  news: INews | undefined;
  trans: TranslationBundle;
  onClick: () => void;
}): JSX.Element | null {
  const text = badgeSentence(news, trans);
  if (!news || !text) {
    return null;
  }
  const toneName = tone(news.state, news, news.build !== null);
  return (
    <button
      type="button"
      className={`jp-Envs-badgeButton jp-Envs-status jp-mod-${toneName}`}
      title={trans.__('Show the environment of this notebook')}
      onClick={onClick}
    >
      <span className="jp-Envs-hidden">{trans.__('Environment')} </span>
      {text}
    </button>
  );
}
