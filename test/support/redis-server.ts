import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { endWithProcess } from './end-with-process.ts';
import { lastingPort } from './free-port.ts';

export interface RedisServer {
  url: string;
  port: number;
  /** The process that serves just now. */
  pid(): number;
  /** SIGKILL. Resolves when the process is gone, and with it what was not written to disk. */
  kill(): Promise<void>;
  /** Serves again, on the same port and with what is on disk. */
  start(): Promise<void>;
  /** Ends it in order. May be called when it is down. */
  stop(): Promise<void>;
}

export interface RedisServerOptions {
  /** Its own: holds what it writes. */
  directory: string;
  /** Keep an append-only file, which survives a kill. Default false. */
  appendOnly?: boolean;
}

export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A `redis-server` of one's own on loopback, to be killed, filled and flushed; undefined where there is none on PATH. */
export async function startRedisServer(options: RedisServerOptions): Promise<RedisServer | undefined> {
  const { directory, appendOnly = false } = options;
  await mkdir(directory, { recursive: true });
  const port = await lastingPort();
  const args = [
    ...['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', ''],
    ...(appendOnly ? ['--appendonly', 'yes', '--appendfsync', 'always'] : []),
  ];
  let child = await launch(args);
  if (child === undefined) return undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (child === undefined || hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => child?.pid ?? -1,
    kill: () => end('SIGKILL'),
    async start() {
      child = await launch(args);
      if (child === undefined) throw new Error(`redis-server does not start again on port ${port}`);
    },
    stop: () => end('SIGTERM'),
  };
}

/** Undefined when it cannot be started. */
async function launch(args: readonly string[]): Promise<ChildProcess | undefined> {
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  child.once(
    'exit',
    endWithProcess(() => child.kill('SIGKILL')),
  );
  const ready = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false)).once('exit', () => resolve(false));
    child.stdout.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve(true);
    });
  });
  return ready ? child : undefined;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
