import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import type { ClientRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { allCapabilities, prepare } from './s3-target.ts';
import type { RawRequest, S3Target } from './s3-target.ts';

export interface ServerProcess {
  readonly target: S3Target;
  /** The most memory the process has had so far, in bytes. */
  peakRssBytes(): Promise<number>;
  /** As a crash would: SIGKILL. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const entry = fileURLToPath(new URL('s3-child.ts', import.meta.url));

/** Starts the embedded server in a process of its own. */
export async function startServerProcess(
  directory: string,
  options: { wrapper?: readonly string[] } = {},
): Promise<ServerProcess> {
  const command = [...(options.wrapper ?? []), process.execPath, '--import', 'tsx', entry, directory];
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const started = await Promise.race([nextMessage(child), once(child, 'exit')]);
  if (Array.isArray(started)) throw new Error(`the server did not start: ${String(started[0])}`);
  const exited = once(child, 'exit');
  return {
    target: embeddedTarget(String(started['url']), { accessKeyId: 'child', secretAccessKey: 'child-secret' }),
    async peakRssBytes() {
      const answer = nextMessage(child);
      child.send('peak');
      return Number((await answer)['peakRssBytes']);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      child.disconnect();
      await exited;
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<Record<string, unknown>> {
  const [message] = (await once(child, 'message')) as [Record<string, unknown>];
  return message;
}

export function embeddedTarget(endpoint: string, credentials: S3Target['credentials']): S3Target {
  return { name: 'embedded', endpoint, region: 'us-east-1', credentials, capabilities: allCapabilities };
}

/** Begins an upload of which only a beginning is sent so far. */
export function beginUpload(target: S3Target, raw: RawRequest, lengthBytes: number): ClientRequest {
  const { method, url, target: path, headers } = prepare(target, raw);
  const upload = request({
    method,
    host: url.hostname,
    port: url.port,
    path,
    headers: { ...headers, 'content-length': String(lengthBytes) },
    agent: false,
  });
  upload.on('error', () => undefined);
  upload.write(Buffer.alloc(256 * 1024, 'x'));
  return upload;
}

/** Paths of all files under a directory, relative to it, sorted. */
export async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(directory.length + 1))
    .sort();
}
