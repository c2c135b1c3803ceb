import type { ISessionContext } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { KernelSpec, Session } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { IDisposable } from '@lumino/disposable';

import { NotebookBar } from './notebookBar';
import { type ISwitchAnswers, NotebookKernel } from './notebookKernel';
import type { IProjects } from './projects';

export interface INotebookKernelsOptions {
  projects: IProjects;
  specs: KernelSpec.IManager;
  sessions: Session.IManager;
  dialogs: ISessionContext.IDialogs;
  answers: ISwitchAnswers;
  commands: CommandRegistry;
  trans: TranslationBundle;
}

/** Gives every notebook that is opened its kernel, and a bar that speaks where it has none. */
export class NotebookKernels implements DocumentRegistry.IWidgetExtension<
  NotebookPanel,
  INotebookModel
> {
  constructor(private readonly options: INotebookKernelsOptions) {}

  of(panel: NotebookPanel): NotebookKernel | undefined {
    return this.kernels.get(panel);
  }

  createNew(
    panel: NotebookPanel,
    context: DocumentRegistry.IContext<INotebookModel>
  ): IDisposable {
    const { commands, trans } = this.options;
    const kernel = new NotebookKernel({ ...this.options, panel, context });
    const bar = new NotebookBar(kernel, panel, trans, commands);
    panel.contentHeader.addWidget(bar);
    this.kernels.set(panel, kernel);
    panel.disposed.connect(() => {
      bar.dispose();
      kernel.dispose();
    });
    return kernel;
  }

  private readonly kernels = new WeakMap<NotebookPanel, NotebookKernel>();
}
