/** Builds, their steps and their cost in words. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type { BuildView, Change, GenerationView, PlanView } from './_wire';

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

export function isRunning(
  build: BuildView | null
): build is BuildView & { outcome: null } {
  return build !== null && build.outcome === null;
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

export function stepOf(build: Pick<BuildView, 'step' | 'part'>): StepName {
  return build.step === 'install' ? (build.part ?? 'fetch') : build.step;
}

export function stepWord(step: StepName, trans: TranslationBundle): string {
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
  const way = versions(change.before, change.after).filter(Boolean);
  const from =
    change.channel_before && change.channel_before !== change.channel_after
      ? ` (${change.channel_before} → ${change.channel_after})`
      : '';
  return `${change.name} ${way.join(' → ')}${from}`;
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

/** Versions without their builds, unless only the builds differ; given as `2.1.0 py311_0`. */
export function versions(one: string, other: string): [string, string] {
  const version = (text: string) => text.split(' ')[0];
  return one !== other && version(one) === version(other)
    ? [one, other]
    : [version(one), version(other)];
}
