import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError } from '../errors.ts';

export interface S3ProcessOptions {
  /** Holds the objects and the log. */
  directory: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 2000;

/**
 * Runs the embedded S3 server in a process of its own, so that its work takes nothing from the API's event loop. The
 * child ends with its parent, however that ends: it watches the channel between them.
 *
 * @throws AppError `embedded_s3_failed`
 */
export async function startS3Process(
  options: S3ProcessOptions,
): Promise<{ url: string; stop(): Promise<void> }> {
  const extension = extname(import.meta.filename);
  const entry = fileURLToPath(new URL(`s3/child${extension}`, import.meta.url));
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const log = await open(join(options.directory, 's3.log'), 'a', 0o600);
  const child = fork(entry, {
    execArgv:
      extension === '.ts'
        ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
        : [],
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    // Its own group: Ctrl-C in the terminal is ours to answer, in our order.
    detached: true,
  });
  await log.close();
  try {
    child.send(options);
    const url = await firstAnswer(child);
    return { url, stop: () => stop(child) };
  } catch (error) {
    child.kill('SIGKILL');
    const message = `The embedded S3 server did not start; ${join(options.directory, 's3.log')} says why.`;
    throw new AppError('embedded_s3_failed', message, { cause: error });
  }
}

async function firstAnswer(child: ChildProcess): Promise<string> {
  const signal = AbortSignal.timeout(START_TIMEOUT_MS);
  const died = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('it ended')));
  const [answer] = (await Promise.race([once(child, 'message', { signal }), died])) as [{ url: string }];
  died.catch(() => undefined);
  return answer.url;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.disconnect();
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(impatience);
}
