import type { ITranslator } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';

import { environmentIcon } from './icons';

/** The environment of the current project, in the left sidebar. */
export class EnvironmentPanel extends SidePanel {
  constructor(translator: ITranslator) {
    super({ translator });
    const trans = translator.load('jupyter_envs');
    this.id = 'jupyter-envs-panel';
    this.addClass('jp-Envs-panel');
    this.title.icon = environmentIcon;
    this.title.caption = trans.__('Environment');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Environment'));
  }
}
