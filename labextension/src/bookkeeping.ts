import type { INotebookModel } from '@jupyterlab/notebook';

/** What the start of a kernel writes in a notebook. */
const KEYS: readonly string[] = ['kernelspec', 'language_info'];

/**
 * While `quiet` says so, what the start of a kernel writes in a notebook does not count as a
 * change that wants saving; it is saved with the next change of a person.
 */
export function keepQuiet(model: INotebookModel, quiet: () => boolean): void {
  model.metadataChanged.connect((_, { key }) => {
    if (quiet() && !model.dirty && KEYS.includes(key)) {
      // The model calls itself dirty right after it has told of the change.
      queueMicrotask(() => {
        if (!model.isDisposed) {
          model.dirty = false;
        }
      });
    }
  });
}
