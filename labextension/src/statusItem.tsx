import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';

import { counts, statusSentence, tone } from './describe';
import { isRunning } from './describeBuild';
import type { EnvironmentModel } from './model';

/** In the status bar: how the environment in front stands. A click opens the panel. */
export class StatusItem extends VDomRenderer<EnvironmentModel> {
  constructor(
    model: EnvironmentModel,
    private readonly trans: TranslationBundle,
    private readonly onClick: () => void
  ) {
    super(model);
  }

  protected override render(): JSX.Element | null {
    const { view } = this.model;
    if (!view || view.project === null || view.state === 'none') {
      return null;
    }
    const toneName = tone(
      view.state,
      counts(view.drift),
      isRunning(view.build)
    );
    return (
      <button
        type="button"
        className={`jp-Envs-statusItem jp-Envs-status jp-mod-${toneName}`}
        title={this.trans.__('Show the environment')}
        onClick={this.onClick}
      >
        {this.trans.__('Environment: %1', statusSentence(view, this.trans))}
      </button>
    );
  }
}
