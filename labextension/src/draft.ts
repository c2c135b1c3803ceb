import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomModel } from '@jupyterlab/ui-components';

import type { DraftRequest, ErrorView } from './_wire';
import type { IClient } from './client';
import { EnvsError, errorView } from './errors';

export type Source = DraftRequest['source'];

/** A new environment file: where it comes from, then its text, then written. */
export interface IDraft {
  folder: string;
  source: Source;
  python: string;
  /** As typed, one a line. */
  packages: string;
  /** Null until the server has drafted it. */
  written: { path: string; text: string; notes: string[] } | null;
  error: ErrorView | null;
  busy: boolean;
}

/** Writes new files and nothing else. */
export interface IFiles {
  /** Throws `EnvsError` where the path is taken. */
  create(path: string, text: string): Promise<void>;
}

export class Files implements IFiles {
  constructor(
    private readonly contents: Contents.IManager,
    private readonly trans: TranslationBundle
  ) {}

  async create(path: string, text: string): Promise<void> {
    const taken = await this.contents.get(path, { content: false }).then(
      () => true,
      () => false
    );
    if (taken) {
      throw new EnvsError({
        code: 'taken',
        message: this.trans.__('`%1` is there already', path),
        hint: this.trans.__('Give the new file another name')
      });
    }
    await this.contents.save(path, {
      type: 'file',
      format: 'text',
      content: text
    });
  }
}

/** The form that makes a new environment file; empty while it is closed. */
export class DraftModel extends VDomModel {
  constructor(
    private readonly client: IClient,
    private readonly files: IFiles
  ) {
    super();
  }

  get draft(): IDraft | null {
    return this._draft;
  }

  open(folder: string, source: Source): void {
    this._draft = {
      folder,
      source,
      python: '',
      packages: '',
      written: null,
      error: null,
      busy: false
    };
    this.stateChanged.emit();
  }

  close(): void {
    this._draft = null;
    this.stateChanged.emit();
  }

  change(change: Partial<IDraft>): void {
    if (this._draft) {
      this._draft = { ...this._draft, ...change };
      this.stateChanged.emit();
    }
  }

  /** Asks for the text; nothing is written. */
  async make(): Promise<void> {
    await this.attempt(async ({ folder, source, python, packages }) => {
      const lines = packages.split('\n').map(line => line.trim());
      const named = lines.filter(Boolean);
      const request =
        source === 'packages'
          ? { folder, source, python, packages: named }
          : { folder, source };
      this.change({ written: await this.client.draft(request) });
    });
  }

  /** Writes the text as it is shown; resolves to whether it is written. */
  async write(): Promise<boolean> {
    return this.attempt(async ({ written }) => {
      if (written) {
        await this.files.create(written.path, written.text);
        this.close();
      }
    });
  }

  private async attempt(
    act: (draft: IDraft) => Promise<void>
  ): Promise<boolean> {
    if (!this._draft || this._draft.busy) {
      return false;
    }
    this.change({ busy: true, error: null });
    try {
      await act(this._draft);
      return true;
    } catch (reason) {
      this.change({ error: errorView(reason) });
      return false;
    } finally {
      this.change({ busy: false });
    }
  }

  private _draft: IDraft | null = null;
}
