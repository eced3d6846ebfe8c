import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export interface TlsFront {
  url: string;
  /** For NODE_EXTRA_CA_CERTS. */
  certificatePath: string;
  stop(): Promise<void>;
}

export interface TlsFrontOrder {
  keyPath: string;
  certificatePath: string;
  target: string;
}

const run = promisify(execFile);

/** A TLS endpoint before a plain one, in a process of its own. Undefined where no openssl makes a certificate for it. */
export async function startTlsFront(target: string, directory: string): Promise<TlsFront | undefined> {
  const keyPath = join(directory, 'key.pem');
  const certificatePath = join(directory, 'certificate.pem');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const about = ['-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  try {
    await run('openssl', [...request, ...about, '-keyout', keyPath, '-out', certificatePath]);
  } catch {
    return undefined;
  }
  const child = fork(fileURLToPath(new URL('tls-front-child.ts', import.meta.url)), {
    execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
  });
  child.send({ keyPath, certificatePath, target } satisfies TlsFrontOrder);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const stop = async () => {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  };
  return { url: `https://127.0.0.1:${port}`, certificatePath, stop };
}
