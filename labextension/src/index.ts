import {
  ILabShell,
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  ISessionContextDialogs,
  IToolbarWidgetRegistry,
  SessionContextDialogs
} from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { EnvsClient } from './client';
import { CommandIDs } from './commandIDs';
import { addCommands } from './commands';
import { DraftModel, Files, type Source } from './draft';
import { ServerEvents } from './events';
import { Following } from './following';
import { KernelBadge } from './kernelBadge';
import { RunningKernels } from './kernels';
import { EnvironmentModel } from './model';
import type { SwitchPolicy } from './notebookKernel';
import { NotebookKernels } from './notebookKernels';
import { EnvironmentPanel } from './panel';
import { panelActions } from './panelActions';
import { Projects } from './projects';
import { StatusItem } from './statusItem';
import { SwitchAnswers } from './switchAnswers';
import { IEnvironments } from './tokens';

export * from './tokens';

const DOMAIN = 'jupyter_envs';
const SETTINGS = 'jupyter-envs:plugin';

const environments: JupyterFrontEndPlugin<IEnvironments> = {
  id: SETTINGS,
  description:
    'The environments of projects: the one in front, and news of all.',
  autoStart: true,
  provides: IEnvironments,
  requires: [IDocumentManager],
  optional: [IDefaultFileBrowser, ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    documents: IDocumentManager,
    browser: IDefaultFileBrowser | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ): IEnvironments => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { contents, serverSettings } = app.serviceManager;
    const client = new EnvsClient(serverSettings, trans);
    const events = new ServerEvents(app.serviceManager);
    const projects = new Projects(client, events);
    const current = new EnvironmentModel({ client, events, projects });
    const drafts = new DraftModel(client, new Files(contents, trans));
    const following = new Following(app.shell, documents, contents, browser);
    following.moved.connect((_, path) => void current.follow(path));
    onSettings(settings, composite => {
      following.documentsFirst = composite.followDocument !== false;
    });
    void app.restored.then(() => following.look());
    return { current, projects, drafts };
  }
};

const panel: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-envs:panel',
  description: 'The panel of the environment in front, and its commands.',
  autoStart: true,
  requires: [IEnvironments, IDocumentManager],
  optional: [
    ILabShell,
    ILayoutRestorer,
    INotebookTracker,
    IDefaultFileBrowser,
    ICommandPalette,
    ISettingRegistry,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    environments: IEnvironments,
    documents: IDocumentManager,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    notebooks: INotebookTracker | null,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const { commands } = app;
    const { current: model, drafts } = environments;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const kernels = new RunningKernels(app.serviceManager, notebooks);
    let source: Source = 'imports';
    onSettings(settings, composite => {
      source = composite.draftSource as Source;
    });
    const widget = new EnvironmentPanel({
      model,
      drafts,
      trans,
      kernelName: id => kernels.nameOf(id),
      actions: panelActions({ model, drafts, kernels, commands, documents })
    });
    app.shell.add(widget, 'left', { rank: 300 });
    restorer?.add(widget, widget.id);
    addCommands({
      commands,
      model,
      drafts,
      kernels,
      trans,
      show: () => (labShell ?? app.shell).activateById(widget.id),
      selected: () => browser?.selectedItems().next().value?.path,
      source: () => source
    });
    const category = trans.__('Environment');
    for (const command of PALETTE) {
      palette?.addItem({ command, category });
    }
  }
};

const notebooks: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-envs:notebooks',
  description: 'Opens each notebook on the kernel of its project.',
  autoStart: true,
  requires: [IEnvironments, INotebookTracker],
  optional: [
    ISessionContextDialogs,
    IToolbarWidgetRegistry,
    IStateDB,
    ICommandPalette,
    ISettingRegistry,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    environments: IEnvironments,
    tracker: INotebookTracker,
    dialogs: ISessionContextDialogs | null,
    toolbars: IToolbarWidgetRegistry | null,
    state: IStateDB | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const { commands, serviceManager } = app;
    const { projects } = environments;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const answers = new SwitchAnswers(state);
    onSettings(settings, composite => {
      answers.setting = composite.switchKernelAfterBuild as SwitchPolicy;
    });
    const kernels = new NotebookKernels({
      projects,
      specs: serviceManager.kernelspecs,
      sessions: serviceManager.sessions,
      dialogs:
        dialogs ??
        new SessionContextDialogs({ translator: translator ?? undefined }),
      answers,
      commands,
      trans
    });
    app.docRegistry.addWidgetExtension('Notebook', kernels);
    projects.built.connect(
      () => void serviceManager.kernelspecs.refreshSpecs()
    );
    tracker.currentChanged.connect((_, current) => {
      void (current && kernels.of(current)?.onShown());
    });
    toolbars?.addFactory<NotebookPanel>(
      'Notebook',
      'jupyterEnvsBadge',
      ({ context }) =>
        new KernelBadge(
          projects,
          () => context.localPath,
          trans,
          () =>
            void commands.execute(CommandIDs.show, { path: context.localPath })
        )
    );
    commands.addCommand(CommandIDs.useAnotherKernel, {
      label: trans.__('Use Another Kernel…'),
      describedBy: { args: { type: 'object', properties: {} } },
      isEnabled: () => tracker.currentWidget !== null,
      execute: async () => {
        const current = tracker.currentWidget;
        await (current && kernels.of(current)?.chooseAnother());
      }
    });
    palette?.addItem({
      command: CommandIDs.useAnotherKernel,
      category: trans.__('Environment')
    });
  }
};

const status: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-envs:status',
  description: 'The state of the environment in front, in the status bar.',
  autoStart: true,
  requires: [IEnvironments, IStatusBar],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    environments: IEnvironments,
    statusBar: IStatusBar,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const show = () => void app.commands.execute(CommandIDs.show);
    statusBar.registerStatusItem(status.id, {
      item: new StatusItem(environments.current, trans, show),
      align: 'left',
      rank: 90
    });
  }
};

const PALETTE = [
  CommandIDs.show,
  CommandIDs.review,
  CommandIDs.build,
  CommandIDs.cancel,
  CommandIDs.newFile,
  CommandIDs.restartBehind,
  CommandIDs.openTerminal,
  CommandIDs.remove
];

type Composite = ISettingRegistry.ISettings['composite'];

/** Tells the settings now and whenever they change; without settings, never. */
function onSettings(
  registry: ISettingRegistry | null,
  tell: (composite: Composite) => void
): void {
  void registry?.load(SETTINGS).then(settings => {
    tell(settings.composite);
    settings.changed.connect(() => tell(settings.composite));
  });
}

export default [environments, panel, notebooks, status];
