import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';

import {
  announcement,
  badgeSentence,
  differenceSentence,
  driftSentence,
  matching,
  statusSentence,
  tone
} from '../src/describe';
import {
  buildSentence,
  changeSentence,
  costSentence,
  duration,
  megabytes,
  outcomeSentence,
  versions
} from '../src/describeBuild';
import { build, difference, environment, plan } from './shapes';

const trans = nullTranslator.load('jupyter_envs');
const none = { unmet: 0, altered: 0, behind: 0 };

test.each([
  ['none', 'No environment file'],
  ['invalid', 'The environment file cannot be read'],
  ['unbuilt', 'Not built yet'],
  ['ready', 'In sync'],
  ['broken', 'What was built can no longer be used'],
  ['unsupported', 'Not supported on this machine']
] as const)('a project that is %s reads: %s', (state, sentence) => {
  expect(statusSentence(environment({ state }), trans)).toBe(sentence);
});

test('what is out of sync is counted', () => {
  const drift = {
    unmet: [difference('numpy'), difference('scipy')],
    altered: [difference('six')],
    behind: []
  };
  const view = environment({ state: 'out-of-sync', drift });

  expect(statusSentence(view, trans)).toBe('Out of sync: 2 missing, 1 altered');
});

test('kernels that are behind do not make a project out of sync', () => {
  expect(driftSentence({ ...none, behind: 1 }, trans)).toBe(
    'In sync, 1 kernel to restart'
  );
  expect(driftSentence({ ...none, behind: 2 }, trans)).toBe(
    'In sync, 2 kernels to restart'
  );
});

test('a build tells its step and how far it is', () => {
  const running = build({ step: 'install', part: 'link', fraction: 0.459 });
  expect(buildSentence(running, trans)).toBe('Building: installing 45 %');
  expect(buildSentence({ ...running, verb: 'review' }, trans)).toBe(
    'Reviewing: installing 45 %'
  );
});

test('a screen reader hears each step, not each per cent', () => {
  const at = (fraction: number) =>
    environment({ build: build({ step: 'install', part: 'fetch', fraction }) });
  expect(announcement(at(0.2), trans)).toBe('Building: installing');
  expect(announcement(at(0.3), trans)).toBe(announcement(at(0.2), trans));
});

test.each([
  ['built', 'Built in 0:42'],
  ['unchanged', 'Nothing had to be built, all is in place'],
  ['cancelled', 'Cancelled, nothing was changed'],
  ['failed', '']
] as const)('a build that was %s reads: %s', (outcome, sentence) => {
  expect(outcomeSentence(build({ outcome, elapsed: 42.7 }), trans)).toBe(
    sentence
  );
});

test('bytes are shown in megabytes', () => {
  expect(megabytes(0, trans)).toBe('0 MB');
  expect(megabytes(900, trans)).toBe('0.1 MB');
  expect(megabytes(4_560_000, trans)).toBe('4.6 MB');
  expect(megabytes(45_400_000, trans)).toBe('45 MB');
});

test('a review tells what a build would cost', () => {
  const fetching = plan({
    download_packages: 3,
    download_bytes: 45e6,
    disk_bytes: 120e6
  });
  expect(costSentence(fetching, trans)).toBe(
    '3 packages to fetch, 45 MB; 120 MB of disk'
  );
  expect(costSentence(plan({ disk_bytes: 14e6 }), trans)).toBe(
    'Nothing to fetch; 14 MB of disk'
  );
});

test('builds are shown only where nothing else differs', () => {
  expect(versions('2.1.0 py311_0', '2.1.0 py311_0')).toEqual([
    '2.1.0',
    '2.1.0'
  ]);
  expect(versions('2.1.0 py311_0', '2.2.0 py311_0')).toEqual([
    '2.1.0',
    '2.2.0'
  ]);
  expect(versions('2.1.0 py311_0', '2.1.0 py311_1')).toEqual([
    '2.1.0 py311_0',
    '2.1.0 py311_1'
  ]);
});

test('a change of channel is part of the change', () => {
  expect(
    changeSentence({
      name: 'numpy',
      kind: 'conda',
      before: '2.1.0',
      after: '2.2.0',
      channel_before: 'defaults',
      channel_after: 'conda-forge'
    })
  ).toBe('numpy 2.1.0 → 2.2.0 (defaults → conda-forge)');
});

test('a difference gives its reason, else what differs', () => {
  expect(
    differenceSentence({ ...difference('six'), why: 'removed by hand' }, trans)
  ).toBe('removed by hand');
  expect(differenceSentence(difference('numpy>=2'), trans)).toBe(
    'asked numpy>=2, not installed'
  );
});

test('times are read as on a clock', () => {
  expect(duration(0.9)).toBe('0:00');
  expect(duration(62)).toBe('1:02');
  expect(duration(3723)).toBe('1:02:03');
});

test('a filter finds packages by all of its words', () => {
  const named = (name: string, version: string) => ({
    name,
    version,
    kind: 'conda',
    build: '0',
    channel: '',
    size: 0,
    requested: false
  });
  const packages = [named('libblas', '3.9'), named('liblapack', '3.11')];
  expect(matching(packages, 'LIB 3.11').map(({ name }) => name)).toEqual([
    'liblapack'
  ]);
  expect(matching(packages, ' ')).toHaveLength(2);
});

test.each([
  [{ state: 'ready' }, 'In sync', 'good'],
  [{ state: 'out-of-sync', unmet: 2, altered: 1 }, '3 out of sync', 'warning'],
  [{ state: 'unbuilt' }, 'Not built', 'neutral'],
  [{ state: 'broken' }, 'Broken', 'bad'],
  [{ state: 'none' }, '', 'neutral']
] as const)('the badge of %o says: %s', (change, text, toneName) => {
  const news = { project: '', ...none, build: null, ...change };
  expect(badgeSentence(news, trans)).toBe(text);
  expect(tone(news.state, news, false)).toBe(toneName);
});

test('the badge counts a build on', () => {
  const news = {
    project: '',
    state: 'unbuilt' as const,
    ...none,
    build: build({ fraction: 0.45 })
  };
  expect(badgeSentence(news, trans)).toBe('Building 45 %');
});
