import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, codeOf } from '../errors.ts';

/** What a person copies from to talk to the demo. */
export interface DemoCredentials {
  user: { key: string; subject: string };
  admin: { key: string };
}

export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
}

/** The number of the demo user in the sample data. */
const DEMO_SUBJECT = '1';

/** Reads the demo's API keys, or makes them; the file is readable by its owner alone. */
export function demoCredentials(home: string): Promise<DemoCredentials> {
  const newKey = () => `rwf_demo_${randomBytes(24).toString('base64url')}`;
  return remembered(join(home, 'credentials.json'), () => ({
    user: { key: newKey(), subject: DEMO_SUBJECT },
    admin: { key: newKey() },
  }));
}

/** Reads the embedded S3 server's credentials, or makes them. */
export function s3Credentials(home: string): Promise<S3Credentials> {
  return remembered(join(home, 's3-credentials.json'), () => ({
    accessKeyId: randomBytes(10).toString('hex').toUpperCase(),
    secretAccessKey: randomBytes(30).toString('base64url'),
  }));
}

/** What a file holds, or else what is made now and kept in it, readable by its owner alone. */
export async function remembered<T>(path: string, make: () => T): Promise<T> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new AppError('bad_credentials_file', `${path} is damaged. Remove it and start again.`, {
        cause: error,
      });
    }
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const values = make();
  await writeFile(`${path}.tmp`, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.tmp`, path);
  return values;
}
