import { expect, test } from 'vitest';

import { Projects } from '../src/projects';
import { FakeClient, FakeEvents, settled } from './fakes';
import { environment, event } from './shapes';

const kernel = { name: 'course', language: 'python', display_name: 'course' };

async function known(kernels = [kernel]) {
  const client = new FakeClient();
  client.map = {
    projects: [{ project: 'course', state: 'ready', kernels }],
    choices: []
  };
  const events = new FakeEvents();
  const projects = new Projects(client, events);
  await settled();
  client.asked.length = 0;
  return { client, events, projects };
}

test('a notebook beside the file is known at once, one below is asked about once', async () => {
  const { client, projects } = await known();
  client.view = environment({ state: 'ready', kernels: [kernel] });

  expect(projects.knows('course/a.ipynb')).toBe(true);
  expect(projects.knows('course/deep/b.ipynb')).toBe(false);
  await projects.vet('course/deep/b.ipynb');
  await projects.vet('course/deep/c.ipynb');

  expect(client.asked).toEqual(['environment course/deep/b.ipynb']);
  expect(projects.knows('course/deep/c.ipynb')).toBe(true);
});

test('a server without an answer leaves notebooks alone', async () => {
  const { client, projects } = await known();
  client.failure = new Error('gone');

  await projects.vet('elsewhere/a.ipynb');

  expect(projects.knows('elsewhere/a.ipynb')).toBe(true);
  expect(projects.news('elsewhere/a.ipynb')).toBeUndefined();
});

test('the end of a build is told once, after its kernels are known', async () => {
  const { client, events, projects } = await known([]);
  const told: (string | undefined)[] = [];
  projects.built.connect(() =>
    told.push(projects.map?.projects[0].kernels[0]?.name)
  );
  client.map = {
    projects: [{ project: 'course', state: 'ready', kernels: [kernel] }],
    choices: []
  };

  const end = event({ state: 'ready', build: 'b1', outcome: 'built' });
  events.heard.emit(end);
  events.heard.emit({ ...end, version: 3 });
  await settled();

  expect(told).toEqual(['course']);
});

test('a project that nobody knew brings the kernel map up to date', async () => {
  const { client, events } = await known();

  events.heard.emit(event({ project: 'new' }));
  await settled();

  expect(client.asked).toEqual(['kernels']);
});

test('progress needs no question', async () => {
  const { client, events, projects } = await known();

  events.heard.emit(
    event({ state: 'ready', build: 'b1', step: 'install', fraction: 0.4 })
  );
  await settled();

  expect(client.asked).toEqual([]);
  expect(projects.news('course/a.ipynb')?.build?.fraction).toBe(0.4);
});

test('a kernel chosen by hand is remembered by the server', async () => {
  const { client, projects } = await known();

  await projects.choose('course/a.ipynb', 'python3');

  expect(client.asked).toEqual(['choose course/a.ipynb python3']);
  expect(projects.map?.choices).toEqual([
    { notebook: 'course/a.ipynb', kernel: 'python3' }
  ]);
});
