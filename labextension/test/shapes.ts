/** A project as the server tells it, to be changed where a test is about it. */

import type {
  BuildView,
  EnvironmentEvent,
  EnvironmentView,
  PlanView,
  RequirementView
} from '../src/_wire';

export function environment(
  change: Partial<EnvironmentView> = {}
): EnvironmentView {
  return {
    project: 'course',
    folder: 'course',
    version: 1,
    state: 'unbuilt',
    name: 'course / default',
    file: {
      path: 'course/environment.yml',
      channels: ['conda-forge'],
      channels_note: '',
      platforms: [],
      variables: [],
      problems: []
    },
    choices: ['course/environment.yml'],
    lock: null,
    generation: null,
    kernels: [],
    requirements: [requirement()],
    added: [],
    drift: { unmet: [], altered: [], behind: [] },
    build: null,
    trusted: true,
    error: null,
    terminal: '',
    ...change
  };
}

export function requirement(
  change: Partial<RequirementView> = {}
): RequirementView {
  return {
    name: 'numpy',
    kind: 'conda',
    asked: 'numpy>=2',
    locked: '',
    installed: '',
    line: 3,
    status: 'unbuilt',
    why: '',
    ...change
  };
}

export function build(change: Partial<BuildView> = {}): BuildView {
  return {
    id: 'b1',
    project: 'course',
    verb: 'build',
    started: '2026-11-21T10:00:00Z',
    elapsed: 0,
    step: 'solve',
    part: null,
    fraction: 0,
    message: '',
    outcome: null,
    error: null,
    plan: null,
    log: [],
    ...change
  };
}

export function plan(change: Partial<PlanView> = {}): PlanView {
  return {
    added: [],
    changed: [],
    removed: [],
    kept: 0,
    download_packages: 0,
    download_bytes: 0,
    disk_bytes: 0,
    kernel_packages: [],
    channels: ['conda-forge'],
    notes: [],
    ...change
  };
}

export function event(
  change: Partial<EnvironmentEvent> = {}
): EnvironmentEvent {
  return {
    project: 'course',
    version: 2,
    state: 'unbuilt',
    unmet: 0,
    altered: 0,
    behind: 0,
    build: null,
    step: null,
    part: null,
    fraction: 0,
    message: '',
    outcome: null,
    ...change
  };
}

export function difference(name: string) {
  return {
    name,
    kind: 'conda' as const,
    asked: name,
    locked: '',
    installed: '',
    why: '',
    line: 3
  };
}
