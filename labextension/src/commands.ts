import {
  Dialog,
  type MainAreaWidget,
  showDialog,
  showErrorMessage
} from '@jupyterlab/apputils';
import type { Terminal } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Widget } from '@lumino/widgets';

import { CommandIDs } from './commandIDs';
import { isRunning, megabytes } from './describeBuild';
import type { DraftModel, Source } from './draft';
import { environmentIcon } from './icons';
import type { RunningKernels } from './kernels';
import type { EnvironmentModel } from './model';
import { isEnvironmentFile } from './paths';

export interface ICommandOptions {
  commands: CommandRegistry;
  model: EnvironmentModel;
  drafts: DraftModel;
  kernels: RunningKernels;
  trans: TranslationBundle;
  /** Shows the panel. */
  show: () => void;
  /** The file that is selected in the file browser. */
  selected: () => string | undefined;
  /** Where a new environment file is drafted from at first. */
  source: () => Source;
}

interface IPathArgs {
  path?: string;
}

const NO_ARGS = { args: { type: 'object', properties: {} } } as const;

const PATH_ARGS = {
  args: {
    type: 'object',
    properties: {
      path: {
        type: 'string',
        description:
          'Notebook, file or folder of the project; what is in front when absent'
      }
    }
  }
} as const;

/** All that can be asked of an environment by name. */
export function addCommands(options: ICommandOptions): void {
  addBuilding(options);
  addUpkeep(options);
}

function addBuilding(options: ICommandOptions): void {
  const { commands, model, trans, show, selected } = options;
  const build = () => model.view?.build ?? null;
  const reach = async ({ path }: IPathArgs) => {
    show();
    await (path === undefined ? model.refresh() : model.follow(path));
  };
  commands.addCommand(CommandIDs.show, {
    label: trans.__('Show Environment'),
    icon: environmentIcon,
    describedBy: PATH_ARGS,
    execute: reach
  });
  commands.addCommand(CommandIDs.review, {
    label: trans.__('Review Environment'),
    describedBy: PATH_ARGS,
    isEnabled: () => !isRunning(build()),
    execute: async (args: IPathArgs) => {
      await reach(args);
      await model.review();
    }
  });
  commands.addCommand(CommandIDs.build, {
    label: () =>
      model.view?.generation
        ? trans.__('Rebuild Environment')
        : trans.__('Build Environment'),
    describedBy: PATH_ARGS,
    isEnabled: () => !isRunning(build()),
    execute: async (args: IPathArgs) => {
      await reach(args);
      await model.build();
    }
  });
  commands.addCommand(CommandIDs.buildFile, {
    label: trans.__('Build Environment'),
    icon: environmentIcon,
    describedBy: NO_ARGS,
    isVisible: () => isEnvironmentFile(selected() ?? ''),
    execute: async () => {
      const path = selected();
      if (path !== undefined) {
        await reach({ path });
        if (model.view?.file?.path !== path) {
          await model.chooseFile(path);
        }
        await model.build();
      }
    }
  });
  commands.addCommand(CommandIDs.cancel, {
    label: trans.__('Cancel Build'),
    describedBy: NO_ARGS,
    isEnabled: () => isRunning(build()),
    execute: () => model.cancel()
  });
  model.stateChanged.connect(() => commands.notifyCommandChanged());
}

function addUpkeep(options: ICommandOptions): void {
  const { commands, model, drafts, trans, show, source } = options;
  commands.addCommand(CommandIDs.newFile, {
    label: trans.__('New Environment File…'),
    icon: environmentIcon,
    describedBy: NO_ARGS,
    execute: () => {
      show();
      drafts.open(model.view?.folder ?? '', source());
    }
  });
  commands.addCommand(CommandIDs.openTerminal, {
    label: trans.__('Open Terminal in Environment'),
    describedBy: NO_ARGS,
    isEnabled: () => Boolean(model.view?.terminal),
    isVisible: () => commands.hasCommand('terminal:create-new'),
    execute: () => openTerminal(options)
  });
  commands.addCommand(CommandIDs.remove, {
    label: trans.__('Remove Environment…'),
    describedBy: NO_ARGS,
    isEnabled: () =>
      Boolean(model.view?.generation) && !isRunning(model.view?.build ?? null),
    execute: () => remove(options)
  });
  commands.addCommand(CommandIDs.restartBehind, {
    label: trans.__('Restart Kernels Behind'),
    describedBy: NO_ARGS,
    isEnabled: () => (model.view?.drift.behind.length ?? 0) > 0,
    execute: () => restartBehind(options)
  });
}

async function openTerminal({
  commands,
  model
}: ICommandOptions): Promise<void> {
  const { project, terminal } = model.view ?? {};
  if (!terminal) {
    return;
  }
  const widget = (await commands.execute('terminal:create-new', {
    cwd: project ?? ''
  })) as MainAreaWidget<Widget & { session: Terminal.ITerminalConnection }>;
  widget.content.session.send({ type: 'stdin', content: [`${terminal}\r`] });
}

async function remove({ model, trans }: ICommandOptions): Promise<void> {
  const { name, generation } = model.view ?? {};
  if (!generation) {
    return;
  }
  const { button } = await showDialog({
    title: trans.__('Remove the environment %1?', name),
    body: trans.__(
      'What was built is removed, about %1. The environment file stays; notebooks start no kernel until it is built again.',
      megabytes(generation.disk, trans)
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Remove') })
    ]
  });
  if (button.accept) {
    await model.remove();
  }
}

async function restartBehind({
  model,
  kernels,
  trans
}: ICommandOptions): Promise<void> {
  const behind = model.view?.drift.behind ?? [];
  const { button } = await showDialog({
    title: trans._n('Restart %1 kernel?', 'Restart %1 kernels?', behind.length),
    body: trans.__(
      'All variables will be lost in: %1',
      behind.map(({ name }) => kernels.nameOf(name)).join(', ')
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Restart') })
    ]
  });
  if (!button.accept) {
    return;
  }
  try {
    await Promise.all(behind.map(({ name }) => kernels.restart(name)));
  } catch (reason) {
    await showErrorMessage(
      trans.__('A kernel could not be restarted'),
      String(reason)
    );
  }
  await model.refresh();
}
