import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import { type ISignal, Signal } from '@lumino/signaling';

/** What is in front: the notebook or file there, else the folder of the file browser. */
export class Following {
  constructor(
    private readonly shell: JupyterFrontEnd.IShell,
    private readonly documents: IDocumentManager,
    private readonly contents: Contents.IManager,
    private readonly browser: FileBrowser | null
  ) {
    shell.currentChanged?.connect(this.look, this);
    browser?.model.pathChanged.connect(this.look, this);
    documents.activateRequested.connect(this.look, this);
  }

  get moved(): ISignal<this, string> {
    return this._moved;
  }

  /** Whether a document in front goes before the folder. */
  set documentsFirst(value: boolean) {
    this._documentsFirst = value;
    this.look();
  }

  get path(): string {
    const path = this.document?.path ?? this.browser?.model.path ?? '';
    const drive = this.contents.driveName(path);
    // Documents that are edited together come over a drive of their own.
    return drive === '' || drive === 'RTC' ? this.contents.localPath(path) : '';
  }

  look(): void {
    const widget = this._documentsFirst ? this.shell.currentWidget : null;
    const document = widget && this.documents.contextForWidget(widget);
    if (document !== this.document) {
      this.document?.pathChanged.disconnect(this.look, this);
      this.document = document ?? null;
      this.document?.pathChanged.connect(this.look, this);
    }
    const path = this.path;
    if (path !== this.last) {
      this.last = path;
      this._moved.emit(path);
    }
  }

  private document: DocumentRegistry.Context | null = null;
  private last: string | null = null;
  private _documentsFirst = true;
  private readonly _moved = new Signal<this, string>(this);
}
