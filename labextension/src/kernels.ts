import type { INotebookTracker } from '@jupyterlab/notebook';
import { KernelAPI, type ServiceManager } from '@jupyterlab/services';

/** Running kernels, by the notebooks they serve. */
export class RunningKernels {
  constructor(
    private readonly services: ServiceManager.IManager,
    private readonly notebooks: INotebookTracker | null
  ) {}

  /** The path of the notebook that a kernel serves; its id where it serves none. */
  nameOf(id: string): string {
    for (const session of this.services.sessions.running()) {
      if (session.kernel?.id === id) {
        return session.path;
      }
    }
    return id;
  }

  async restart(id: string): Promise<void> {
    const panel = this.notebooks?.find(
      ({ sessionContext }) => sessionContext.session?.kernel?.id === id
    );
    if (panel) {
      // The notebook then shows it as it shows a restart of its own.
      await panel.sessionContext.restartKernel();
    } else {
      await KernelAPI.restartKernel(id, this.services.serverSettings);
    }
  }
}
