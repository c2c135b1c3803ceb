import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from './commandIDs';
import type { IActions } from './components/environmentBody';
import type { DraftModel } from './draft';
import type { RunningKernels } from './kernels';
import type { EnvironmentModel } from './model';

export interface IPanelActionOptions {
  model: EnvironmentModel;
  drafts: DraftModel;
  kernels: RunningKernels;
  commands: CommandRegistry;
  documents: IDocumentManager;
}

/** What the panel's buttons do. */
export function panelActions(options: IPanelActionOptions): IActions {
  const { model, drafts, kernels, commands, documents } = options;
  return {
    review: () => void model.review(),
    build: replaceLock => void model.build(replaceLock),
    agree: () => void model.agree(),
    disagree: () => model.disagree(),
    dismiss: () => model.dismiss(),
    cancel: () => void model.cancel(),
    refresh: () => void model.refresh(),
    chooseFile: path => void model.chooseFile(path),
    openFile: (path, line) => {
      const widget = documents.openOrReveal(path);
      if (line) {
        void widget?.revealed.then(() =>
          widget.setFragment(`#line=${line - 1}`)
        );
      }
    },
    openTerminal: () => void commands.execute(CommandIDs.openTerminal),
    remove: () => void commands.execute(CommandIDs.remove),
    restart: kernel =>
      void kernels.restart(kernel).finally(() => void model.refresh()),
    foldLog: open => void model.details.wantLog(open),
    foldPackages: open => void model.details.wantPackages(open),
    newFile: () => void commands.execute(CommandIDs.newFile),
    changeDraft: change => drafts.change(change),
    makeDraft: () => void drafts.make(),
    writeDraft: () => void drafts.write().then(() => model.refresh()),
    closeDraft: () => drafts.close()
  };
}
