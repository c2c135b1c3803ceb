/** A real JupyterLab for each worker: its own port, token, folders and store, with XSRF protection on. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import {
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  writeFile
} from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { test as base, expect, type Page } from '@playwright/test';

import { type IChannel, serveChannel, stop } from './channel';

export interface ILab {
  /** Where the server answers, with a slash at the end. */
  url: string;
  token: string;
  /** The folder that the file browser shows. */
  root: string;
  /** Where generations live. */
  store: string;
  /** The home folder of the server and its kernels. */
  home: string;
  /** The channel of this run, real packages served on loopback. */
  channel: IChannel;
  /** Open JupyterLab in an empty workspace and wait until it can be used. */
  open(page: Page): Promise<void>;
}

export const test = base.extend<object, { served: IChannel; lab: ILab }>({
  served: [
    async ({}, use) => {
      const { channel, server } = await serveChannel();
      try {
        await use(channel);
      } finally {
        await stop(server);
      }
    },
    // Where no test has made the channel before, it is packed first.
    { scope: 'worker', timeout: 600_000 }
  ],
  lab: [
    async ({ served }, use) => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'envs-')));
      const { lab, server } = await start(folder, served);
      try {
        await use(lab);
      } finally {
        await stop(server);
        await rm(folder, { recursive: true, force: true });
      }
    },
    { scope: 'worker', timeout: 90_000 }
  ],
  page: async ({ lab, page }, use) => {
    await lab.open(page);
    await use(page);
  }
});

export { expect };

async function start(
  folder: string,
  channel: IChannel
): Promise<{ lab: ILab; server: ChildProcess }> {
  const token = randomBytes(16).toString('hex');
  const port = await freePort();
  const inside = (name: string) => join(folder, name);
  const lab: ILab = {
    url: `http://127.0.0.1:${port}/`,
    token,
    root: inside('work'),
    store: inside('store'),
    home: inside('home'),
    channel,
    open: page => open(page, lab)
  };
  await furnish(lab, inside('config'));

  const log = inside('server.log');
  const output = openSync(log, 'w');
  const server = spawn(
    'jupyter',
    [
      'lab',
      '--no-browser',
      '--allow-root',
      '--ServerApp.ip=127.0.0.1',
      `--ServerApp.port=${port}`,
      '--ServerApp.port_retries=0',
      `--ServerApp.root_dir=${lab.root}`,
      `--IdentityProvider.token=${token}`,
      `--EnvironmentManager.index_url=${channel.url}simple/`,
      '--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate',
      '--LabApp.expose_app_in_browser=True'
    ],
    {
      // A group of its own, so that stopping it leaves no kernel behind.
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        ...withoutDesktop(process.env),
        HOME: lab.home,
        JUPYTER_CONFIG_DIR: inside('config'),
        JUPYTER_DATA_DIR: inside('data'),
        JUPYTER_RUNTIME_DIR: inside('runtime'),
        JUPYTER_ENVS_STORE: lab.store
      }
    }
  );
  try {
    await answering(lab, server);
  } catch (error) {
    await stop(server);
    throw new Error(`${String(error)}\n${await readFile(log, 'utf8')}`);
  }
  return { lab, server };
}

async function furnish(lab: ILab, config: string): Promise<void> {
  const labconfig = join(config, 'labconfig');
  for (const path of [lab.root, lab.home, labconfig]) {
    await mkdir(path, { recursive: true });
  }
  await writeFile(
    join(labconfig, 'page_config.json'),
    JSON.stringify({
      disabledExtensions: {
        '@jupyterlab/apputils-extension:announcements': true
      }
    })
  );
  await writeFile(
    join(lab.home, '.condarc'),
    `channel_alias: ${lab.channel.url}\nchannels:\n  - conda-forge\n`
  );
}

/** The user's own folders would otherwise win over the home that the test made. */
function withoutDesktop(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(XDG_|CONDA|JUPYTER)/.test(name))
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function answering(lab: ILab, server: ChildProcess): Promise<void> {
  const patience = Date.now() + 60_000;
  while (Date.now() < patience) {
    if (server.exitCode !== null) {
      throw new Error(
        `JupyterLab ended with ${server.exitCode} before it answered`
      );
    }
    const answer = await fetch(`${lab.url}api/status?token=${lab.token}`).catch(
      () => undefined
    );
    if (answer?.ok) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  throw new Error('JupyterLab did not answer within a minute');
}

async function open(page: Page, lab: ILab): Promise<void> {
  await page.goto(`${lab.url}lab?reset&token=${lab.token}`);
  await expect(page.locator('#jupyterlab-splash')).toHaveCount(0);
  await expect(page.locator('.jp-Launcher')).toBeVisible();
}
