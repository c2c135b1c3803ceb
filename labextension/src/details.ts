import type { EnvironmentView, LogLine, PackageView } from './_wire';
import type { IClient } from './client';

/** A log is shown to its last lines only. */
const LINES = 2000;
/** How often a log that is read is asked for, in milliseconds. */
const PAUSE = 500;

/** What only the one who looks needs: the log of a build and the list of all packages. */
export class Details {
  constructor(
    private readonly client: IClient,
    private readonly changed: () => void
  ) {}

  get log(): readonly LogLine[] {
    return this._log;
  }

  /** Null until they are wanted. */
  get packages(): readonly PackageView[] | null {
    return this._packages;
  }

  set visible(value: boolean) {
    this._visible = value;
  }

  async wantLog(wanted: boolean): Promise<void> {
    this.logWanted = wanted;
    await this.readLog();
  }

  async wantPackages(wanted: boolean): Promise<void> {
    this.packagesWanted = wanted;
    await this.readPackages();
  }

  /** There is news of the project. */
  async follow(view: EnvironmentView): Promise<void> {
    if (view.project !== this.view?.project) {
      this._packages = null;
      this.packagesOf = '';
    }
    if (view.build?.id !== this.view?.build?.id) {
      this._log = [];
    }
    this.view = view;
    await Promise.all([this.readLog(), this.readPackages()]);
  }

  private async readLog(): Promise<void> {
    this.logMoved = true;
    if (this.readingLog) {
      return;
    }
    this.readingLog = true;
    while (this.logMoved && this.logWanted && this._visible) {
      this.logMoved = false;
      // Where it fails, the build's own end says what went wrong.
      await this.readLines().catch(() => undefined);
      await new Promise(resolve => setTimeout(resolve, PAUSE));
    }
    this.readingLog = false;
  }

  private async readLines(): Promise<void> {
    const id = this.view?.build?.id;
    if (!id) {
      return;
    }
    const known = this._log.at(-1)?.number ?? 0;
    const { log } = await this.client.buildSince(id, known);
    if (log.length && this.view?.build?.id === id) {
      this._log = [...this._log, ...log].slice(-LINES);
      this.changed();
    }
  }

  private async readPackages(): Promise<void> {
    const { project, generation } = this.view ?? {};
    if (!this.packagesWanted || !this._visible || typeof project !== 'string') {
      return;
    }
    const wanted = `${project}\n${generation?.id ?? ''}`;
    if (this.packagesOf === wanted) {
      return;
    }
    this.packagesOf = wanted;
    const list = generation && this.client.packages(project);
    const found = await list?.catch(() => null);
    if (this.packagesOf !== wanted) {
      return;
    }
    if (found === null) {
      // Asked for again with the next news.
      this.packagesOf = '';
    } else {
      this._packages = found?.packages ?? [];
      this.changed();
    }
  }

  private view: EnvironmentView | null = null;
  private _visible = false;
  private logWanted = false;
  private logMoved = false;
  private readingLog = false;
  private packagesWanted = false;
  private packagesOf = '';
  private _log: readonly LogLine[] = [];
  private _packages: readonly PackageView[] | null = null;
}
