import { afterEach, expect, test, vi } from 'vitest';

import { EnvsError } from '../src/errors';
import { EnvironmentModel } from '../src/model';
import { Projects } from '../src/projects';
import { FakeClient, FakeEvents, settled } from './fakes';
import { build, environment, event, plan, requirement } from './shapes';

const models: EnvironmentModel[] = [];

afterEach(() => {
  models.splice(0).forEach(model => model.dispose());
  vi.useRealTimers();
});

async function following(path = 'course/a.ipynb', view = environment()) {
  const client = new FakeClient();
  client.view = view;
  const events = new FakeEvents();
  const projects = new Projects(client, events);
  const model = new EnvironmentModel({ client, events, projects });
  models.push(model);
  await model.follow(path);
  await settled();
  client.asked.length = 0;
  return { client, events, projects, model };
}

test('what comes to the front is asked for once', async () => {
  const { client, model } = await following();

  await model.follow('course/a.ipynb');
  expect(client.asked).toEqual([]);
  await model.follow('other/b.ipynb');
  expect(client.asked).toEqual(['environment other/b.ipynb']);
});

test('an answer that comes too late is not shown', async () => {
  const { client, model } = await following();
  const late = model.follow('slow/a.ipynb');
  client.view = environment({ project: 'fast', name: 'fast' });
  await Promise.all([late, model.follow('fast/b.ipynb')]);

  expect(model.path).toBe('fast/b.ipynb');
  expect(model.view?.name).toBe('fast');
});

test('news of a later version leads to one question, however often it comes', async () => {
  const { client, events } = await following();

  for (const version of [2, 3, 4, 5]) {
    events.heard.emit(event({ version }));
  }
  await settled();

  const questions = client.asked.filter(asked =>
    asked.startsWith('environment')
  );
  expect(questions.length).toBeLessThanOrEqual(2);
});

test('news of other projects is not asked after', async () => {
  const { client, events } = await following();

  events.heard.emit(event({ project: 'elsewhere', version: 9 }));
  await settled();

  expect(client.asked).not.toContain('environment course/a.ipynb');
});

test('a file that comes into being nearer by is noticed', async () => {
  const { client, events } = await following('course/deep/a.ipynb');

  events.heard.emit(event({ project: 'course/deep', version: 1 }));
  await settled();

  expect(client.asked).toContain('environment course/deep/a.ipynb');
});

test('a gap in the news is closed by one question', async () => {
  const { client, events } = await following();

  events.gap.emit();
  await settled();

  expect(client.asked).toContain('environment course/a.ipynb');
});

test('progress is shown as it is heard, without a question', async () => {
  const running = environment({ build: build() });
  const { client, events, model } = await following('course', running);

  events.heard.emit(
    event({ build: 'b1', step: 'install', part: 'link', fraction: 0.5 })
  );
  await settled();

  expect(model.view?.build).toMatchObject({ part: 'link', fraction: 0.5 });
  expect(client.asked).toEqual([]);
});

test('a build that falls silent is asked after', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const running = environment({ build: build() });
  const { client } = await following('course', running);

  await vi.advanceTimersByTimeAsync(5000);

  expect(client.asked).toContain('environment course');
});

test('nothing is built before the person agrees', async () => {
  const untrusted = environment({ trusted: false });
  const { client, model } = await following('course', untrusted);

  await model.build();
  expect(model.asking).toBe('build');
  expect(client.requests).toEqual([]);

  model.disagree();
  expect(model.asking).toBeNull();

  await model.review();
  await model.agree();
  expect(client.requests).toEqual([
    { project: 'course', verb: 'review', agree: true, replace_lock: false }
  ]);
});

test('a file that changed behind our back is asked about again', async () => {
  const { client, model } = await following();
  client.failure = new EnvsError({ code: 'consent', message: 'Not agreed to' });

  await model.build();

  expect(model.asking).toBe('build');
  expect(model.error).toBeNull();
});

test('a review is shown until the file asks for something else', async () => {
  const { client, events, model } = await following();
  await model.review();
  const found = plan({ download_packages: 3 });
  const done = build({ verb: 'review', outcome: 'unchanged', plan: found });
  client.view = environment({ version: 2, build: done });
  events.heard.emit(event({ version: 2, build: 'b1', outcome: 'unchanged' }));
  await settled();
  expect(model.reviewed).toEqual(found);

  client.view = environment({
    version: 3,
    build: done,
    requirements: [requirement({ asked: 'numpy>=3' })]
  });
  events.heard.emit(event({ version: 3 }));
  await settled();
  expect(model.reviewed).toBeNull();
});

test('a review of another day is not shown', async () => {
  const old = build({ verb: 'review', outcome: 'unchanged', plan: plan() });
  const { model } = await following('course', environment({ build: old }));

  expect(model.reviewed).toBeNull();
});

test('a request that fails says why, until the next', async () => {
  const { client, model } = await following();
  client.failure = new EnvsError({ code: 'E301', message: 'The disk is full' });
  await model.build();
  expect(model.error?.message).toBe('The disk is full');

  client.failure = null;
  await model.build();
  expect(model.error).toBeNull();
});

test('packages and log are asked for only while somebody looks', async () => {
  const built = environment({
    state: 'ready',
    build: build({ outcome: 'built' }),
    generation: { number: 1, id: '1-a', created: '', packages: 3, disk: 1 }
  });
  const { client, model } = await following('course', built);

  await model.details.wantPackages(true);
  expect(client.asked).toEqual([]);
  await model.look(true);
  expect(client.asked).toContain('packages course');
  void model.details.wantLog(true);
  await settled();
  expect(client.asked).toContain('log b1 0');
});

test('the log goes on where it ended', async () => {
  const { client, events, model } = await following(
    'course',
    environment({ build: build() })
  );
  client.log = [{ number: 1, text: 'one' }];
  void model.look(true);
  void model.details.wantLog(true);
  await settled();
  client.log = [...client.log, { number: 2, text: 'two' }];
  events.heard.emit(event({ build: 'b1' }));
  await vi.waitFor(() => expect(client.asked).toContain('log b1 1'));
  await settled();

  expect(model.details.log.map(({ text }) => text)).toEqual(['one', 'two']);
});
