import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';

import { EnvsClient } from '../src/client';
import { errorView } from '../src/errors';
import { environment } from './shapes';

const trans = nullTranslator.load('jupyter_envs');

function answering(answer: () => Promise<Response>) {
  const sent: Request[] = [];
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://server/user/ada/',
    fetch: async (request: RequestInfo | URL) => {
      sent.push(request as Request);
      return answer();
    }
  });
  return { client: new EnvsClient(settings, trans), sent };
}

test('paths travel as one part of the address', async () => {
  const view = environment();
  const { client, sent } = answering(async () => Response.json(view));

  expect(await client.environment('a folder/ä&b.ipynb')).toEqual(view);

  expect(sent[0].url).toContain(
    'http://server/user/ada/jupyter-envs/environment?path=a%20folder%2F%C3%A4%26b.ipynb'
  );
});

test('the words of the server reach the person unchanged', async () => {
  const words = {
    code: 'E201',
    message: '`nunpy` is in none of the channels',
    hint: 'Did you mean `numpy`?',
    file: 'environment.yml',
    line: 4,
    column: 5,
    details: '',
    problems: []
  };
  const { client } = answering(async () =>
    Response.json(words, { status: 422 })
  );

  const reason = await client.build({ project: '' }).catch(error => error);

  expect(errorView(reason)).toEqual(words);
});

test.each([
  [502, 'strange', 'Jupyter Server answered with status 502'],
  [200, 'strange', 'Jupyter Server answered with status 200'],
  [404, 'missing', 'The server extension `jupyter_envs` is not enabled']
])(
  'a page of status %i that is not ours is %s',
  async (status, code, message) => {
    const { client } = answering(
      async () => new Response('<html>', { status })
    );

    const reason = await client.kernels().catch(error => error);

    expect(errorView(reason)).toMatchObject({ code, message });
  }
);

test('a server that is gone is said to be gone', async () => {
  const { client } = answering(async () => {
    throw new TypeError('Failed to fetch');
  });

  const reason = await client.kernels().catch(error => error);

  expect(errorView(reason)).toMatchObject({
    code: 'unreachable',
    message: 'Jupyter Server does not answer'
  });
});
