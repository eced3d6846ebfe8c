import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const READY_MS = 5000;

/** A Redis of the bench's own, as production runs it; the one in REDIS_URL where that is set, or none. */
export async function startRedis(): Promise<{ url: string | undefined; stop(): Promise<void> }> {
  const nothing = () => Promise.resolve();
  const named = process.env['REDIS_URL'];
  if (named) return { url: named, stop: nothing };
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'redis-'));
  const settings = ['--bind', '127.0.0.1', '--dir', directory, '--save', '', '--appendonly', 'yes'];
  const child = spawn('redis-server', ['--port', String(port), ...settings], { stdio: 'ignore' });
  const exited = new Promise<void>((resolve) =>
    child.once('error', () => resolve()).once('exit', () => resolve()),
  );
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline && child.exitCode === null;) {
    if (child.pid === undefined) break;
    if (await listens(port)) {
      const stop = async () => {
        child.kill('SIGTERM');
        await exited;
      };
      return { url: `redis://127.0.0.1:${port}`, stop };
    }
    await pause(20);
  }
  child.kill('SIGKILL');
  return { url: undefined, stop: nothing };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
