import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { endWithProcess } from '../../support/end-with-process.ts';
import { rowferryCommand } from '../../support/rowferry-process.ts';
import { credentialsEnv, storageAt } from './storage.ts';
import type { Storage } from './storage.ts';

/** Mounts a disk of so many megabytes that only this process sees, then becomes the server. */
const SCRIPT = 'mount -t tmpfs -o size="$1"m tmpfs "$2" && shift 2 && exec "$@"';

/**
 * The embedded S3 server on a small disk of its own.
 *
 * @throws Error where this machine does not let `unshare` mount one (Linux, and root or user namespaces)
 */
export async function startSmallStorage(directory: string, megabytes: number): Promise<Storage> {
  await mkdir(directory, { recursive: true });
  const env = credentialsEnv();
  const call = rowferryCommand(['s3-server', '--directory', directory, '--port', '0'], env);
  const child = spawn(
    'unshare',
    ['-rm', 'sh', '-c', SCRIPT, 'sh', String(megabytes), directory, call.file, ...call.args],
    { env: call.env, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  child.once(
    'exit',
    endWithProcess(() => child.kill('SIGKILL')),
  );
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      const found = /listening on (\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    void ended.then(() =>
      reject(new Error('unshare may not mount a disk here, so this fault cannot be made')),
    );
  });
  return storageAt(url, env, async () => {
    child.kill('SIGKILL');
    await ended;
  });
}
