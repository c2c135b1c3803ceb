import { expect, test } from 'vitest';

import type { KernelMap, KernelView, ProjectKernels } from '../src/_wire';
import { choiceOf, decide } from '../src/kernelPreference';

const python: KernelView = {
  name: 'course-default',
  language: 'python',
  display_name: 'course / default (Python)'
};
const r: KernelView = {
  name: 'course-default-r',
  language: 'R',
  display_name: 'course / default (R)'
};

function course(change: Partial<ProjectKernels> = {}): ProjectKernels {
  return { project: 'course', state: 'ready', kernels: [r, python], ...change };
}

function decided(
  notebook: { path?: string; language?: string; kernel?: string },
  map: Partial<KernelMap>,
  onServer: string[] = [python.name, r.name, 'python3']
) {
  return decide(
    {
      path: 'course/week 1/a.ipynb',
      language: 'python',
      kernel: '',
      ...notebook
    },
    { projects: [course()], choices: [], ...map },
    name => onServer.includes(name)
  );
}

const start = (kernel: string, by = 'project') => ({
  kind: 'start',
  kernel,
  by
});

test.each(['python3', '', 'a-kernel-of-another-machine'])(
  'a notebook that names %o opens on the kernel of its project',
  kernel => {
    expect(decided({ kernel }, {})).toEqual(start(python.name));
  }
);

test('the language of the notebook picks among the kernels', () => {
  expect(decided({ language: 'R' }, {})).toEqual(start(r.name));
  expect(decided({ language: 'Python' }, {})).toEqual(start(python.name));
});

test('a notebook that says no language gets Python, else the first kernel', () => {
  expect(decided({ language: '' }, {})).toEqual(start(python.name));
  const projects = [course({ kernels: [r] })];
  expect(decided({ language: '' }, { projects })).toEqual(start(r.name));
});

test('a notebook that names a kernel of its project keeps it', () => {
  expect(decided({ language: '', kernel: r.name }, {})).toEqual(start(r.name));
});

test('a language that the project lacks starts nothing', () => {
  const reason = { kind: 'none', reason: 'language' };
  expect(decided({ language: 'julia' }, {})).toEqual(reason);
  expect(decided({}, { projects: [course({ kernels: [] })] })).toEqual(reason);
});

test.each(['unbuilt', 'invalid'] as const)(
  'where the project is %s and nothing was built, no kernel starts',
  state => {
    const projects = [course({ state, kernels: [] })];
    expect(decided({}, { projects })).toEqual({ kind: 'none', reason: state });
  }
);

test('a broken project starts nothing, whatever it had', () => {
  expect(decided({}, { projects: [course({ state: 'broken' })] })).toEqual({
    kind: 'none',
    reason: 'broken'
  });
});

test.each(['out-of-sync', 'invalid'] as const)(
  'a project that is %s keeps the kernel that it has',
  state => {
    expect(decided({}, { projects: [course({ state })] })).toEqual(
      start(python.name)
    );
  }
);

test.each(['none', 'unsupported'] as const)(
  'JupyterLab decides where a project is %s',
  state => {
    const projects = [course({ state, kernels: [] })];
    expect(decided({}, { projects })).toEqual({ kind: 'stock' });
  }
);

test('JupyterLab decides outside of projects', () => {
  expect(decided({ path: 'courses/a.ipynb' }, {})).toEqual({ kind: 'stock' });
  expect(decided({}, { projects: [] })).toEqual({ kind: 'stock' });
});

test('the nearest project wins, the root being the farthest', () => {
  const root = course({ project: '', kernels: [{ ...python, name: 'root' }] });
  const week = course({
    project: 'course/week 1',
    kernels: [{ ...python, name: 'week' }]
  });
  const projects = [week, root, course()];
  expect(decided({}, { projects })).toEqual(start('week'));
  expect(decided({ path: 'a.ipynb' }, { projects })).toEqual(start('root'));
});

test('a kernel chosen by hand wins while the server has it', () => {
  const choices = [{ notebook: 'course/week 1/a.ipynb', kernel: 'python3' }];
  expect(decided({}, { choices })).toEqual(start('python3', 'person'));
  expect(decided({}, { choices }, [python.name])).toEqual(start(python.name));
  expect(decided({ path: 'course/b.ipynb' }, { choices })).toEqual(
    start(python.name)
  );
});

test('a kernel chosen by hand starts in a project that was never built', () => {
  const choices = [{ notebook: 'course/week 1/a.ipynb', kernel: 'python3' }];
  const projects = [course({ state: 'unbuilt', kernels: [] })];
  expect(decided({}, { projects, choices })).toEqual(
    start('python3', 'person')
  );
});

test('a choice is remembered where it differs, and forgotten where it does not', () => {
  const notebook = { path: 'course/a.ipynb', language: 'python', kernel: '' };
  const projects = [course()];
  const choices = [{ notebook: notebook.path, kernel: 'python3' }];

  expect(choiceOf(notebook, 'python3', { projects, choices: [] })).toBe(
    'python3'
  );
  expect(choiceOf(notebook, 'python3', { projects, choices })).toBeNull();
  expect(choiceOf(notebook, python.name, { projects, choices })).toBe('');
  expect(choiceOf(notebook, python.name, { projects, choices: [] })).toBeNull();
});
