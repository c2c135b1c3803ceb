/** Projects in words: their state, their gaps, their lists. Pure. */

import type { TranslationBundle } from '@jupyterlab/translation';

import type {
  Difference,
  Drift,
  EnvironmentView,
  ErrorView,
  PackageView,
  RequirementView
} from './_wire';
import {
  buildSentence,
  isRunning,
  percent,
  stepOf,
  stepWord
} from './describeBuild';
import type { Reason } from './kernelPreference';
import type { INews } from './projects';

export type Tone = 'neutral' | 'good' | 'warning' | 'bad' | 'busy';

type State = EnvironmentView['state'];
type Counts = Pick<INews, 'unmet' | 'altered' | 'behind'>;

export function counts(drift: Drift): Counts {
  return {
    unmet: drift.unmet.length,
    altered: drift.altered.length,
    behind: drift.behind.length
  };
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
