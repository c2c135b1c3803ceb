/** Generated from jupyter_envs/wire.py by `make wire`. */

export type Wire =
  | EnvironmentView
  | EnvironmentList
  | PackageList
  | KernelMap
  | BuildView
  | DraftView
  | ErrorView
  | EnvironmentEvent
  | BuildRequest
  | FileChoice
  | DraftRequest
  | KernelChoice;

/**
 * Everything the panel shows of one project, but the list of its packages.
 */
export interface EnvironmentView {
  project: string | null;
  folder: string;
  version: number;
  state:
    | 'broken'
    | 'invalid'
    | 'none'
    | 'out-of-sync'
    | 'ready'
    | 'unbuilt'
    | 'unsupported';
  name: string;
  file: FileView | null;
  choices: string[];
  lock: LockView | null;
  generation: GenerationView | null;
  kernels: KernelView[];
  requirements: RequirementView[];
  added: string[];
  drift: Drift;
  build: BuildView | null;
  trusted: boolean;
  error: ErrorView | null;
  terminal: string;
}
/**
 * What the environment file declares.
 */
export interface FileView {
  path: string;
  channels: string[];
  channels_note: string;
  platforms: string[];
  variables: string[];
  problems: ProblemView[];
}
/**
 * Something worth saying about a file, at its place.
 */
export interface ProblemView {
  code: string;
  severity: 'error' | 'note' | 'warning';
  line: number;
  column: number;
  message: string;
  hint: string;
}
/**
 * The lock that answers the file.
 */
export interface LockView {
  path: string;
  in_store: boolean;
  foreign: boolean;
  current: boolean;
  note: string;
  platforms: string[];
  packages: number;
}
/**
 * The generation that kernels start on.
 */
export interface GenerationView {
  number: number;
  id: string;
  created: string;
  packages: number;
  disk: number;
}
/**
 * One kernelspec of the environment.
 */
export interface KernelView {
  name: string;
  language: string;
  display_name: string;
}
/**
 * One line of the file: what was asked, locked and installed.
 */
export interface RequirementView {
  name: string;
  kind: string;
  asked: string;
  locked: string;
  installed: string;
  line: number;
  status: 'altered' | 'elsewhere' | 'met' | 'unbuilt' | 'unmet';
  why: string;
}
/**
 * The gaps in spec → lock → generation → kernel.
 */
export interface Drift {
  unmet: Difference[];
  altered: Difference[];
  behind: Difference[];
}
/**
 * One line of a drift: what was asked, locked, installed, and why it counts.
 */
export interface Difference {
  name: string;
  kind: ('conda' | 'pip') | ('kernel' | 'variable');
  asked: string;
  locked: string;
  installed: string;
  why: string;
  line: number;
}
/**
 * One run of the steps solve, install, register.
 */
export interface BuildView {
  id: string;
  project: string;
  verb: 'build' | 'lock' | 'review';
  started: string;
  elapsed: number;
  step: 'install' | 'register' | 'solve';
  part: ('fetch' | 'link' | 'pip' | 'verify') | null;
  fraction: number;
  message: string;
  outcome: ('built' | 'cancelled' | 'failed' | 'refused' | 'unchanged') | null;
  error: ErrorView | null;
  plan: PlanView | null;
  log: LogLine[];
}
/**
 * Every error of the server and of the command line.
 */
export interface ErrorView {
  code: string;
  message: string;
  hint: string;
  file: string;
  line: number;
  column: number;
  details: string;
  problems: ProblemView[];
}
/**
 * What a build would do.
 */
export interface PlanView {
  added: Change[];
  changed: Change[];
  removed: Change[];
  kept: number;
  download_packages: number;
  download_bytes: number;
  disk_bytes: number;
  kernel_packages: string[];
  channels: string[];
  notes: ProblemView[];
}
/**
 * What a build does to one package.
 */
export interface Change {
  name: string;
  kind: 'conda' | 'pip';
  before: string;
  after: string;
  channel_before: string;
  channel_after: string;
}
/**
 * One line of a build's log; numbers grow by one.
 */
export interface LogLine {
  number: number;
  text: string;
}
/**
 * Every environment of the store and every project known to the server.
 */
export interface EnvironmentList {
  environments: EnvironmentSummary[];
}
/**
 * One line of the list of environments.
 */
export interface EnvironmentSummary {
  id: string;
  project: string | null;
  path: string;
  name: string;
  state:
    | 'broken'
    | 'invalid'
    | 'none'
    | 'out-of-sync'
    | 'ready'
    | 'unbuilt'
    | 'unsupported';
  orphan: boolean;
  generation: number | null;
  kernels: string[];
}
/**
 * All packages of an environment.
 */
export interface PackageList {
  packages: PackageView[];
}
/**
 * One package of an environment, asked for or not.
 */
export interface PackageView {
  name: string;
  kind: string;
  version: string;
  build: string;
  channel: string;
  size: number;
  requested: boolean;
}
/**
 * All that decides a notebook's kernel, for the client to hold.
 */
export interface KernelMap {
  projects: ProjectKernels[];
  choices: KernelChoice[];
}
/**
 * What a notebook under a project opens with.
 */
export interface ProjectKernels {
  project: string;
  state:
    | 'broken'
    | 'invalid'
    | 'none'
    | 'out-of-sync'
    | 'ready'
    | 'unbuilt'
    | 'unsupported';
  kernels: KernelView[];
}
/**
 * A kernel that a person chose by hand for one notebook.
 */
export interface KernelChoice {
  notebook: string;
  kernel: string;
}
/**
 * Text of a new environment file, to be shown before it is written.
 */
export interface DraftView {
  path: string;
  text: string;
  notes: string[];
}
/**
 * Small news of one project; the state itself comes by GET when `version` has moved.
 */
export interface EnvironmentEvent {
  project: string;
  version: number;
  state:
    | 'broken'
    | 'invalid'
    | 'none'
    | 'out-of-sync'
    | 'ready'
    | 'unbuilt'
    | 'unsupported';
  unmet: number;
  altered: number;
  behind: number;
  build: string | null;
  step: ('install' | 'register' | 'solve') | null;
  part: ('fetch' | 'link' | 'pip' | 'verify') | null;
  fraction: number;
  message: string;
  outcome: ('built' | 'cancelled' | 'failed' | 'refused' | 'unchanged') | null;
}
/**
 * Start a build; `agree` is the person's yes to fetch and run what the files name.
 */
export interface BuildRequest {
  project: string;
  verb?: 'build' | 'lock' | 'review';
  agree?: boolean;
  replace_lock?: boolean;
}
/**
 * Choose which environment file a project uses.
 */
export interface FileChoice {
  project: string;
  file: string;
}
/**
 * Ask for the text of a new environment file.
 */
export interface DraftRequest {
  folder: string;
  source: 'imports' | 'packages' | 'requirements';
  python?: string;
  packages?: string[];
}
