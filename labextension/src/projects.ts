import { type ISignal, Signal } from '@lumino/signaling';

import type {
  BuildView,
  EnvironmentEvent,
  EnvironmentView,
  KernelMap,
  ProjectKernels
} from './_wire';
import type { IClient } from './client';
import { counts } from './describe';
import { isRunning } from './describeBuild';
import type { IEvents } from './events';
import { folderOf, isWithin } from './paths';

/** The little that is known of a project without asking for it. */
export interface INews {
  project: string;
  state: EnvironmentView['state'];
  unmet: number;
  altered: number;
  behind: number;
  /** The build that runs. */
  build: Pick<BuildView, 'id' | 'verb' | 'step' | 'part' | 'fraction'> | null;
}

/** All projects of the server in short: whose a notebook is, and what it opens with. */
export interface IProjects {
  /** A project's news, or what its notebooks open with. */
  readonly changed: ISignal<IProjects, string>;
  /** A build of the project has made another generation. */
  readonly built: ISignal<IProjects, string>;
  /** Null until the server has told it. */
  readonly map: KernelMap | null;
  news(path: string): INews | undefined;
  /** Whether all is known to say at once which project the path belongs to. */
  knows(path: string): boolean;
  /** Finds out which project the path belongs to. */
  vet(path: string): Promise<void>;
  /** Remembers a kernel chosen by hand; an empty name forgets it. */
  choose(notebook: string, kernel: string): Promise<void>;
}

/** The project nearest to a path. */
export function nearest<T extends { project: string }>(
  path: string,
  projects: Iterable<T>
): T | undefined {
  let found: T | undefined;
  for (const candidate of projects) {
    if (
      isWithin(path, candidate.project) &&
      candidate.project.length >= (found?.project.length ?? 0)
    ) {
      found = candidate;
    }
  }
  return found;
}

export class Projects implements IProjects {
  constructor(
    private readonly client: IClient,
    events: IEvents
  ) {
    events.heard.connect((_, event) => this.hear(event));
    events.gap.connect(() => void this.refresh());
    void this.refresh();
  }

  get changed(): ISignal<this, string> {
    return this._changed;
  }

  get built(): ISignal<this, string> {
    return this._built;
  }

  get map(): KernelMap | null {
    return this._map;
  }

  news(path: string): INews | undefined {
    return nearest(path, this.newsOf.values());
  }

  knows(path: string): boolean {
    const folder = folderOf(path);
    return (
      this._map !== null &&
      (this.vetted.has(folder) ||
        this._map.projects.some(({ project }) => project === folder))
    );
  }

  async vet(path: string): Promise<void> {
    if (this._map === null) {
      await this.refresh();
    }
    if (this.knows(path)) {
      return;
    }
    // A server that cannot be asked leaves notebooks as they are without us.
    const view = await this.client.environment(path).catch(() => null);
    this._map ??= { projects: [], choices: [] };
    this.vetted.add(folderOf(path));
    if (view) {
      this.learn(view);
    }
  }

  async choose(notebook: string, kernel: string): Promise<void> {
    this._map = await this.client.chooseKernel({ notebook, kernel });
    this._changed.emit(nearest(notebook, this._map.projects)?.project ?? '');
  }

  /** Takes in what was asked for elsewhere. */
  learn(view: EnvironmentView): void {
    const { project, state, kernels } = view;
    if (project === null) {
      return;
    }
    this.tell({
      project,
      state,
      ...counts(view.drift),
      build: isRunning(view.build) ? view.build : null
    });
    if (this._map) {
      const others = this._map.projects.filter(p => p.project !== project);
      const projects = [...others, { project, state, kernels }];
      this._map = { ...this._map, projects };
    }
    this._changed.emit(project);
  }

  /** Asks for the kernel map; one question at a time. */
  refresh(): Promise<void> {
    this.asking ??= this.client
      .kernels()
      .then(map => this.take(map))
      .catch(() => undefined)
      .finally(() => {
        this.asking = null;
      });
    return this.asking;
  }

  private take(map: KernelMap): void {
    this._map = map;
    for (const { project, state } of map.projects) {
      const known = this.newsOf.get(project);
      if (known?.state !== state) {
        this.tell({ ...NOTHING, ...known, project, state });
      }
      this._changed.emit(project);
    }
  }

  private hear(event: EnvironmentEvent): void {
    const { project, state } = event;
    const known = this.newsOf.get(project);
    const running = event.build !== null && event.outcome === null;
    this.tell({
      project,
      state,
      unmet: event.unmet,
      altered: event.altered,
      behind: event.behind,
      build: running ? progress(event, known) : null
    });
    if (this.isNewlyBuilt(event, known)) {
      this.kernelsMoved(project, true);
    } else if (this.kernelsOf(project)?.state !== state) {
      this.kernelsMoved(project, false);
    }
    this._changed.emit(project);
  }

  /** Once a build, however often its end is told. */
  private isNewlyBuilt(event: EnvironmentEvent, known?: INews): boolean {
    const { build, outcome } = event;
    if (build === null || outcome !== 'built' || this.ended.has(build)) {
      return false;
    }
    this.ended.add(build);
    return known?.build?.id !== build || known.build.verb === 'build';
  }

  private kernelsMoved(project: string, built: boolean): void {
    // What is being asked already may be older than the news.
    void Promise.resolve(this.asking)
      .then(() => this.refresh())
      .then(() => built && this._built.emit(project));
  }

  private kernelsOf(project: string): ProjectKernels | undefined {
    return this._map?.projects.find(known => known.project === project);
  }

  private tell(news: INews): void {
    this.newsOf.set(news.project, news);
  }

  private _map: KernelMap | null = null;
  private asking: Promise<void> | null = null;
  private readonly newsOf = new Map<string, INews>();
  private readonly vetted = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly _changed = new Signal<this, string>(this);
  private readonly _built = new Signal<this, string>(this);
}

const NOTHING = { unmet: 0, altered: 0, behind: 0, build: null } as const;

function progress(
  event: EnvironmentEvent,
  known: INews | undefined
): INews['build'] {
  const same = known?.build?.id === event.build ? known?.build : undefined;
  return {
    id: event.build ?? '',
    verb: same?.verb ?? 'build',
    step: event.step ?? 'solve',
    part: event.part,
    fraction: event.fraction
  };
}
