/** The channel of the tests, real packages served on loopback. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface IChannel {
  /** Where it answers, with a slash at the end; channels and `simple/` lie below. */
  url: string;
}

const ROOT = join(__dirname, '..', '..');

export async function serveChannel(): Promise<{
  channel: IChannel;
  server: ChildProcess;
}> {
  const server = spawn('python', ['-u', '-m', 'tests.channel', '--serve'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore']
  });
  for await (const line of createInterface(server.stdout)) {
    const url = /^serving\s+(\S+)/.exec(line)?.[1];
    if (url) {
      return { channel: { url: `${url}/` }, server };
    }
  }
  throw new Error('The channel could not be made; see python -m tests.channel');
}

/** Ends a server and all that it started. */
export async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null) {
    return;
  }
  const gone = once(server, 'exit');
  process.kill(-server.pid, 'SIGTERM');
  const hurry = setTimeout(() => process.kill(-server.pid!, 'SIGKILL'), 15_000);
  await gone;
  clearTimeout(hurry);
}
