import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { EnvironmentPanel } from './panel';

const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-envs:plugin',
  description: 'The panel of the current project’s environment.',
  autoStart: true,
  optional: [ITranslator, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ) => {
    const widget = new EnvironmentPanel(translator ?? nullTranslator);
    app.shell.add(widget, 'left', { rank: 300 });
    restorer?.add(widget, widget.id);
  }
};

export default [panel];
