/** Which kernel a notebook opens with. Pure. */

import type {
  EnvironmentView,
  KernelChoice,
  KernelMap,
  KernelView
} from './_wire';
import { nearest } from './projects';

/** A notebook as its own file describes it. */
export interface INotebook {
  path: string;
  /** Empty where the file does not say. */
  language: string;
  /** The kernel that the file names, whatever it is worth here. */
  kernel: string;
}

export type Decision =
  /** Not of a project: JupyterLab decides as ever. */
  | { kind: 'stock' }
  | { kind: 'start'; kernel: string; by: 'project' | 'person' }
  /** No kernel starts, for the reason given. */
  | { kind: 'none'; reason: Reason };

export type Reason = 'unbuilt' | 'invalid' | 'broken' | 'language';

type State = EnvironmentView['state'];

/** Where we have nothing to say about kernels. */
const SILENT: readonly State[] = ['none', 'unsupported'];

/**
 * | the notebook                                      | opens with                       |
 * | ------------------------------------------------- | -------------------------------- |
 * | has a kernel chosen by hand that is on the server | that kernel                      |
 * | is of no project, or of an unsupported one        | what JupyterLab makes of it      |
 * | is of a project that was never built or is broken | no kernel                        |
 * | names a kernel of its project                     | that kernel                      |
 * | is in a language that the project has a kernel of | the project's kernel of it       |
 * | says no language                                  | the project's Python, else first |
 * | is in another language                            | no kernel                        |
 */
export function decide(
  notebook: INotebook,
  map: KernelMap,
  onServer: (kernel: string) => boolean
): Decision {
  const chosen = map.choices.find(c => c.notebook === notebook.path)?.kernel;
  if (chosen && onServer(chosen)) {
    return { kind: 'start', kernel: chosen, by: 'person' };
  }
  const project = nearest(notebook.path, map.projects);
  if (!project || SILENT.includes(project.state)) {
    return { kind: 'stock' };
  }
  const { state, kernels } = project;
  if (state === 'broken' || kernels.length === 0) {
    return { kind: 'none', reason: reasonOf(state) };
  }
  const kernel = fitting(notebook, kernels);
  return kernel
    ? { kind: 'start', kernel: kernel.name, by: 'project' }
    : { kind: 'none', reason: 'language' };
}

/**
 * What to remember of a kernel chosen by hand: its name, nothing (empty) where the notebook
 * would open with it anyway, null where that is remembered already.
 */
export function choiceOf(
  notebook: INotebook,
  kernel: string,
  map: KernelMap
): string | null {
  const isIts = (choice: KernelChoice) => choice.notebook === notebook.path;
  const choices = map.choices.filter(choice => !isIts(choice));
  const unasked = decide(notebook, { ...map, choices }, () => true);
  const own = unasked.kind === 'start' && unasked.kernel === kernel;
  const choice = own ? '' : kernel;
  const known = map.choices.find(isIts)?.kernel ?? '';
  return choice === known ? null : choice;
}

function reasonOf(state: State): Reason {
  if (state === 'unbuilt' || state === 'invalid' || state === 'broken') {
    return state;
  }
  return 'language';
}

function fitting(
  { language, kernel }: INotebook,
  kernels: readonly KernelView[]
): KernelView | undefined {
  const speaks = (wanted: string) => (k: KernelView) =>
    k.language.toLowerCase() === wanted.toLowerCase();
  return (
    kernels.find(k => k.name === kernel) ??
    (language
      ? kernels.find(speaks(language))
      : (kernels.find(speaks('python')) ?? kernels[0]))
  );
}
