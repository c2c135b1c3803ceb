/** Values become sentences here, and nowhere else. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  BuildView,
  Change,
  Difference,
  Drift,
  EnvironmentView,
  ErrorView,
  GenerationView,
  PackageView,
  PlanView,
  RequirementView
} from './_wire';
import type { Reason } from './kernelPreference';
import type { INews } from './projects';

export type Tone = 'neutral' | 'good' | 'warning' | 'bad' | 'busy';

type State = EnvironmentView['state'];
type Counts = Pick<INews, 'unmet' | 'altered' | 'behind'>;
type Progress = Pick<BuildView, 'verb' | 'step' | 'part' | 'fraction'>;

/** The steps of a build in their order, with the parts of an install between. */
export const STEPS = [
  'solve',
  'fetch',
  'link',
  'pip',
  'verify',
  'register'
] as const;
export type StepName = (typeof STEPS)[number];

export function counts(drift: Drift): Counts {
  return {
    unmet: drift.unmet.length,
    altered: drift.altered.length,
    behind: drift.behind.length
  };
}

export function isRunning(
  build: BuildView | null
): build is BuildView & { outcome: null } {
  return build !== null && build.outcome === null;
}

/** What is true of a project, as `Out of sync: 2 missing, 1 altered`. */
export function stateSentence(
  state: State,
  drift: Counts,
  trans: TranslationBundle
): string {
  switch (state) {
    case 'none':
      return trans.__('No environment file');
    case 'invalid':
      return trans.__('The environment file cannot be read');
    case 'unbuilt':
      return trans.__('Not built yet');
    case 'broken':
      return trans.__('What was built can no longer be used');
    case 'unsupported':
      return trans.__('Not supported on this machine');
    default:
      return driftSentence(drift, trans);
  }
}

export function driftSentence(drift: Counts, trans: TranslationBundle): string {
  const gaps: string[] = [];
  if (drift.unmet) {
    gaps.push(trans._n('%1 missing', '%1 missing', drift.unmet));
  }
  if (drift.altered) {
    gaps.push(trans._n('%1 altered', '%1 altered', drift.altered));
  }
  if (gaps.length) {
    return trans.__('Out of sync: %1', gaps.join(', '));
  }
  return drift.behind
    ? trans._n(
        'In sync, %1 kernel to restart',
        'In sync, %1 kernels to restart',
        drift.behind
      )
    : trans.__('In sync');
}

/** The whole sentence of the panel's head: the build that runs, else the state. */
export function statusSentence(
  view: EnvironmentView,
  trans: TranslationBundle
): string {
  return isRunning(view.build)
    ? buildSentence(view.build, trans)
    : stateSentence(view.state, counts(view.drift), trans);
}

export function tone(state: State, drift: Counts, running: boolean): Tone {
  if (running) {
    return 'busy';
  }
  if (state === 'ready' || state === 'out-of-sync') {
    return drift.unmet + drift.altered > 0 || state === 'out-of-sync'
      ? 'warning'
      : 'good';
  }
  return state === 'none' || state === 'unbuilt' ? 'neutral' : 'bad';
}

/** As `Building: installing 45 %`. */
export function buildSentence(
  build: Progress,
  trans: TranslationBundle
): string {
  const step = stepWord(stepOf(build), trans);
  const amount = percent(build.fraction);
  return build.verb === 'build'
    ? trans.__('Building: %1 %2 %', step, amount)
    : trans.__('Reviewing: %1 %2 %', step, amount);
}

/** Said by a screen reader: changes with the step, not with each per cent. */
export function announcement(
  view: EnvironmentView,
  trans: TranslationBundle
): string {
  if (!isRunning(view.build)) {
    return statusSentence(view, trans);
  }
  const step = stepWord(stepOf(view.build), trans);
  return view.build.verb === 'build'
    ? trans.__('Building: %1', step)
    : trans.__('Reviewing: %1', step);
}

export function stepOf(build: Pick<BuildView, 'step' | 'part'>): StepName {
  return build.step === 'install' ? (build.part ?? 'fetch') : build.step;
}

function stepWord(step: StepName, trans: TranslationBundle): string {
  const group: Record<StepName, string> = {
    solve: trans.__('solving'),
    fetch: trans.__('installing'),
    link: trans.__('installing'),
    pip: trans.__('installing'),
    verify: trans.__('installing'),
    register: trans.__('registering')
  };
  return group[step];
}

/** The name of a step in the list of steps. */
export function stepLabel(step: StepName, trans: TranslationBundle): string {
  const labels: Record<StepName, string> = {
    solve: trans.__('Solve'),
    fetch: trans.__('Fetch packages'),
    link: trans.__('Link packages'),
    pip: trans.__('Install pip packages'),
    verify: trans.__('Verify'),
    register: trans.__('Register kernels')
  };
  return labels[step];
}

export function percent(fraction: number): number {
  return Math.floor(Math.min(1, Math.max(0, fraction)) * 100);
}

/** How a build ended; empty while it runs and where an error says it. */
export function outcomeSentence(
  build: BuildView,
  trans: TranslationBundle
): string {
  const time = duration(build.elapsed);
  switch (build.outcome) {
    case 'built':
      return build.verb === 'build' ? trans.__('Built in %1', time) : '';
    case 'unchanged':
      return build.verb === 'build'
        ? trans.__('Nothing had to be built, all is in place')
        : '';
    case 'cancelled':
      return trans.__('Cancelled, nothing was changed');
    default:
      return '';
  }
}

/** As `0:42` or `1:02:03`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = pad(whole % 60);
  return hours ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** Millions of bytes, as `45 MB`; small amounts keep a decimal. */
export function megabytes(bytes: number, trans: TranslationBundle): string {
  const amount = bytes / 1e6;
  const digits = amount < 10 && bytes > 0 ? 1 : 0;
  const shown = Math.max(amount, bytes > 0 ? 0.1 : 0);
  return trans.__(
    '%1 MB',
    shown.toLocaleString(undefined, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits
    })
  );
}

/** What a build would cost, as `3 packages to fetch, 45 MB; 120 MB of disk`. */
export function costSentence(plan: PlanView, trans: TranslationBundle): string {
  const disk = megabytes(plan.disk_bytes, trans);
  if (plan.download_packages === 0) {
    return trans.__('Nothing to fetch; %1 of disk', disk);
  }
  return trans._n(
    '%1 package to fetch, %2; %3 of disk',
    '%1 packages to fetch, %2; %3 of disk',
    plan.download_packages,
    megabytes(plan.download_bytes, trans),
    disk
  );
}

export function isEmptyPlan(plan: PlanView): boolean {
  return plan.added.length + plan.changed.length + plan.removed.length === 0;
}

/** As `numpy 2.1.0 → 2.2.0`. */
export function changeSentence(change: Change): string {
  const versions = [change.before, change.after].filter(Boolean).join(' → ');
  const from =
    change.channel_before && change.channel_before !== change.channel_after
      ? ` (${change.channel_before} → ${change.channel_after})`
      : '';
  return `${change.name} ${versions}${from}`;
}

export function generationSentence(
  generation: GenerationView,
  trans: TranslationBundle
): string {
  return trans._n(
    'Generation %2 of %3: %1 package, %4',
    'Generation %2 of %3: %1 packages, %4',
    generation.packages,
    generation.number,
    day(generation.created),
    megabytes(generation.disk, trans)
  );
}

function day(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? iso
    : date.toLocaleString(undefined, {
        dateStyle: 'medium',
        timeStyle: 'short'
      });
}

export function requirementSentence(
  requirement: RequirementView,
  trans: TranslationBundle
): string {
  const words: Record<RequirementView['status'], string> = {
    unbuilt: trans.__('Not built yet'),
    met: trans.__('In sync'),
    unmet: trans.__('Missing'),
    altered: trans.__('Altered'),
    elsewhere: trans.__('Not for this platform')
  };
  return words[requirement.status];
}

/** One line of a drift: its reason where there is one, else what differs. */
export function differenceSentence(
  difference: Difference,
  trans: TranslationBundle
): string {
  if (difference.why) {
    return difference.why;
  }
  if (!difference.installed) {
    return trans.__('asked %1, not installed', difference.asked);
  }
  return trans.__(
    'locked %1, installed %2',
    difference.locked || difference.asked,
    difference.installed
  );
}

/** Version without build, unless only the builds differ; both as `2.1.0 py311_0`. */
export function versions(
  locked: string,
  installed: string
): { locked: string; installed: string } {
  const version = (text: string) => text.split(' ')[0];
  return locked !== installed && version(locked) === version(installed)
    ? { locked, installed }
    : { locked: version(locked), installed: version(installed) };
}

/** Conda and pip apart, each in the file's order. */
export function byKind<T extends { kind: string }>(
  lines: readonly T[]
): { conda: T[]; pip: T[] } {
  return {
    conda: lines.filter(line => line.kind !== 'pip'),
    pip: lines.filter(line => line.kind === 'pip')
  };
}

/** Packages whose name or version holds every word of the filter. */
export function matching(
  packages: readonly PackageView[],
  filter: string
): PackageView[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return packages.filter(({ name, version, kind }) => {
    const text = `${name} ${version} ${kind}`.toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** Where an error lies, as `environment.yml, line 3`. */
export function placeSentence(
  error: Pick<ErrorView, 'file' | 'line'>,
  trans: TranslationBundle
): string {
  if (!error.file) {
    return '';
  }
  return error.line
    ? trans.__('%1, line %2', error.file, error.line)
    : error.file;
}

/** The badge beside the kernel's name; empty where there is nothing to say. */
export function badgeSentence(
  news: INews | undefined,
  trans: TranslationBundle
): string {
  if (!news || news.state === 'none') {
    return '';
  }
  if (news.build) {
    return trans.__('Building %1 %', percent(news.build.fraction));
  }
  const differences = news.unmet + news.altered;
  switch (news.state) {
    case 'ready':
      return trans.__('In sync');
    case 'out-of-sync':
      return differences || !news.behind
        ? trans._n('%1 out of sync', '%1 out of sync', differences)
        : trans._n('%1 to restart', '%1 to restart', news.behind);
    case 'unbuilt':
      return trans.__('Not built');
    case 'unsupported':
      return '';
    default:
      return trans.__('Broken');
  }
}

/** Why a notebook has no kernel. */
export function barSentence(
  reason: Reason,
  language: string,
  trans: TranslationBundle
): string {
  switch (reason) {
    case 'unbuilt':
      return trans.__(
        'The environment of this notebook is declared, but not built yet.'
      );
    case 'invalid':
      return trans.__(
        'The environment file of this notebook cannot be read, and nothing is built.'
      );
    case 'broken':
      return trans.__(
        'The environment of this notebook can no longer be used.'
      );
    case 'language':
      return language
        ? trans.__(
            'The environment of this notebook has no kernel for %1.',
            language
          )
        : trans.__('The environment of this notebook has no kernel.');
  }
}
