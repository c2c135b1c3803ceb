import { VDomModel } from '@jupyterlab/ui-components';

import type {
  BuildView,
  EnvironmentEvent,
  EnvironmentView,
  ErrorView,
  PlanView
} from './_wire';
import type { IClient } from './client';
import { isRunning } from './describeBuild';
import { Details } from './details';
import { errorView } from './errors';
import type { IEvents } from './events';
import { isWithin } from './paths';
import type { Projects } from './projects';

type Verb = BuildView['verb'];

/** A build that is silent for so long is asked after, in milliseconds. */
const SILENCE = 5000;

export interface IEnvironmentModelOptions {
  client: IClient;
  events: IEvents;
  projects: Projects;
}

/**
 * The environment of what is in front.
 *
 * One question when something else comes to the front, then events. While nobody looks, its
 * log and its packages are not asked for.
 */
export class EnvironmentModel extends VDomModel {
  constructor({ client, events, projects }: IEnvironmentModelOptions) {
    super();
    this.client = client;
    this.projects = projects;
    this.details = new Details(client, () => this.stateChanged.emit());
    events.heard.connect((_, event) => this.hear(event));
    events.gap.connect(() => void this.refresh());
  }

  /** Its log and its packages. */
  readonly details: Details;

  /** Null until the server has answered. */
  get view(): EnvironmentView | null {
    return this._view;
  }

  /** The notebook, file or folder that is followed. */
  get path(): string {
    return this._path;
  }

  /** Why the last request failed. */
  get error(): ErrorView | null {
    return this._error ?? this.lost;
  }

  /** What waits for the person's yes. */
  get asking(): Verb | null {
    return this._asking;
  }

  /** What the last review found, while it is still true of the file. */
  get reviewed(): PlanView | null {
    return this._reviewed;
  }

  /** When the progress of the build was heard of, as of `performance.now()`. */
  get heardAt(): number {
    return this._heardAt;
  }

  override dispose(): void {
    window.clearTimeout(this.silence);
    super.dispose();
  }

  /** Makes another path the one that is followed. */
  async follow(path: string): Promise<void> {
    if (path === this._path && this._view) {
      return;
    }
    this._path = path;
    await this.refresh();
  }

  /** Whether anybody looks. */
  async look(visible: boolean): Promise<void> {
    this.details.visible = visible;
    if (visible) {
      await this.refresh();
    }
  }

  /** Asks for all again; questions that come together become one. */
  refresh(): Promise<void> {
    const path = this._path;
    if (this.asked?.path === path) {
      this.asked.again = true;
      return this.asked.answer;
    }
    const asked = { path, again: false, answer: Promise.resolve() };
    asked.answer = this.ask(asked).finally(() => {
      if (this.asked === asked) {
        this.asked = null;
      }
    });
    this.asked = asked;
    return asked.answer;
  }

  /** Finds out what a build would do. */
  review(): Promise<void> {
    return this.start('review');
  }

  /** Builds; asks in the panel first where the files are not agreed to. */
  build(replaceLock = false): Promise<void> {
    return this.start('build', { replaceLock });
  }

  /** The person's yes to what is asked. */
  async agree(): Promise<void> {
    const verb = this._asking;
    if (verb) {
      await this.start(verb, { agree: true, replaceLock: this.replaces });
    }
  }

  disagree(): void {
    this._asking = null;
    this.stateChanged.emit();
  }

  /** Puts the last review away. */
  dismiss(): void {
    this._reviewed = null;
    this._error = null;
    this.stateChanged.emit();
  }

  async cancel(): Promise<void> {
    const build = this._view?.build ?? null;
    if (isRunning(build)) {
      await this.attempt(async () =>
        this.progressed(await this.client.cancel(build.id))
      );
    }
  }

  async chooseFile(file: string): Promise<void> {
    await this.onProject(async project =>
      this.take(await this.client.chooseFile({ project, file }))
    );
  }

  /** Removes what was built; the file stays. */
  async remove(): Promise<void> {
    await this.onProject(async project =>
      this.take(await this.client.remove(project))
    );
  }

  private async start(
    verb: Verb,
    { agree = false, replaceLock = false } = {}
  ): Promise<void> {
    const view = this._view;
    if (!view || isRunning(view.build)) {
      return;
    }
    if (!agree && !view.trusted) {
      this._asking = verb;
      this.replaces = replaceLock;
      this.stateChanged.emit();
      return;
    }
    this._asking = null;
    this._reviewed = null;
    await this.onProject(async project => {
      const request = { project, verb, agree, replace_lock: replaceLock };
      const build = await this.client.build(request);
      this.running = build.id;
      this.progressed(build);
    });
    if (this._error?.code === 'consent') {
      this._error = null;
      this._asking = verb;
    }
    this.stateChanged.emit();
  }

  private async onProject(
    act: (project: string) => Promise<void>
  ): Promise<void> {
    const project = this._view?.project;
    if (project !== null && project !== undefined) {
      await this.attempt(() => act(project));
    }
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    this._error = null;
    try {
      await act();
    } catch (reason) {
      this._error = errorView(reason);
    }
    this.stateChanged.emit();
  }

  private async ask(asked: { path: string; again: boolean }): Promise<void> {
    do {
      asked.again = false;
      try {
        const view = await this.client.environment(asked.path);
        this.lost = null;
        if (asked.path === this._path) {
          this.take(view);
        }
      } catch (reason) {
        this.lost = errorView(reason);
        this.stateChanged.emit();
      }
    } while (asked.again && asked.path === this._path);
  }

  private take(view: EnvironmentView): void {
    const old = this._view;
    const moved = old?.project !== view.project;
    this._view = view;
    this._heardAt = performance.now();
    if (moved) {
      this._error = null;
      this._asking = null;
    }
    if (moved || wishes(old) !== wishes(view)) {
      this._reviewed = null;
    }
    this.noteReview(view.build);
    this.projects.learn(view);
    this.watch();
    this.stateChanged.emit();
    void this.details.follow(view);
  }

  private progressed(build: BuildView): void {
    if (!this._view || this._view.project !== build.project) {
      return;
    }
    this.take({ ...this._view, build, trusted: true });
  }

  /** Shows what a review found that was seen running, not one of another day. */
  private noteReview(build: BuildView | null): void {
    if (isRunning(build)) {
      this.running = build.id;
    } else if (build && build.id === this.running) {
      this.running = '';
      this._reviewed = build.verb === 'review' ? build.plan : null;
    }
  }

  private watch(): void {
    window.clearTimeout(this.silence);
    if (isRunning(this._view?.build ?? null) && !this.isDisposed) {
      this.silence = window.setTimeout(() => void this.refresh(), SILENCE);
    }
  }

  private hear(event: EnvironmentEvent): void {
    const view = this._view;
    if (!view || !this.concerns(event.project)) {
      return;
    }
    const { build } = view;
    const sameBuild = isRunning(build) && build.id === event.build;
    if (sameBuild && event.outcome === null && event.state === view.state) {
      this.step(view, build, event);
    } else if (event.version > view.version || event.project !== view.project) {
      void this.refresh();
    }
  }

  private concerns(project: string): boolean {
    return (
      project === this._view?.project ||
      // A file that came into being between here and the project known so far.
      (isWithin(this._path, project) &&
        project.length >= (this._view?.project ?? '').length)
    );
  }

  private step(
    view: EnvironmentView,
    build: BuildView,
    event: EnvironmentEvent
  ): void {
    const now = performance.now();
    const moved = {
      ...build,
      step: event.step ?? build.step,
      part: event.part,
      fraction: event.fraction,
      message: event.message,
      elapsed: build.elapsed + (now - this._heardAt) / 1000
    };
    this._heardAt = now;
    this._view = { ...view, build: moved };
    this.watch();
    this.stateChanged.emit();
    void this.details.follow(this._view);
  }

  private readonly client: IClient;
  private readonly projects: Projects;
  private asked: {
    path: string;
    again: boolean;
    answer: Promise<void>;
  } | null = null;
  private running = '';
  private silence = 0;
  private lost: ErrorView | null = null;
  private _path = '';
  private _view: EnvironmentView | null = null;
  private _error: ErrorView | null = null;
  private _asking: Verb | null = null;
  /** Whether what is asked would also replace the lock of another tool. */
  private replaces = false;
  private _reviewed: PlanView | null = null;
  private _heardAt = 0;
}

/** What the file asks for: a review holds as long as this does. */
function wishes(view: EnvironmentView | null): string {
  return JSON.stringify([
    view?.file?.path,
    view?.file?.channels,
    view?.requirements.map(({ kind, asked }) => [kind, asked])
  ]);
}
