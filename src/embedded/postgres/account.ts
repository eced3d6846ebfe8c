import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { AppError } from '../../errors.ts';

/** The system user the server runs as when we are root. */
export interface Account {
  uid: number;
  gid: number;
  name: string;
  home: string;
}

export interface AccountOptions {
  /** Owner of an existing data directory: a server only ever runs as the owner of its data. */
  owner?: { uid: number; gid: number } | undefined;
  /** File with the system's users. */
  passwd?: string;
}

/**
 * PostgreSQL refuses to run as root, so as root it runs as the owner of its data, else as `postgres`, else as `nobody`.
 * `undefined` for an ordinary user: the server then runs as that user.
 */
export async function serverAccount(options: AccountOptions = {}): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await readUsers(options.passwd ?? '/etc/passwd');
  const { owner } = options;
  if (owner !== undefined && owner.uid !== 0) {
    const known = users.find((user) => user.uid === owner.uid);
    return known ?? { ...owner, name: `user id ${owner.uid}`, home: '/' };
  }
  for (const name of ['postgres', 'nobody']) {
    const user = users.find((candidate) => candidate.name === name && candidate.uid !== 0);
    if (user !== undefined) return user;
  }
  throw new AppError(
    'embedded_postgres_unavailable',
    'PostgreSQL does not run as root, and this system has neither a user "postgres" nor "nobody" to run it as. ' +
      'Run rowferry as an ordinary user, or set DATABASE_URL to use a PostgreSQL of your own.',
  );
}

/**
 * The first directory on the way to `path` (itself included, as far as it exists) that keeps the account out, or
 * `undefined` when it can get there. Reads permission bits of owner, group and others; access lists are not looked at.
 */
export async function blockedAt(path: string, account: Account): Promise<string | undefined> {
  const ancestors: string[] = [];
  for (let at = await nearestExisting(path); ; at = dirname(at)) {
    ancestors.unshift(at);
    if (at === dirname(at)) break;
  }
  for (const directory of ancestors) {
    const { mode, uid, gid } = await stat(directory);
    const searchable = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & searchable) === 0) return directory;
  }
  return undefined;
}

async function nearestExisting(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    try {
      return await realpath(at);
    } catch (error) {
      if (at === dirname(at)) throw error;
    }
  }
}

async function readUsers(passwd: string): Promise<Account[]> {
  const text = await readFile(passwd, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid, , home] = line.split(':');
    if (name === undefined || home === undefined || name.startsWith('#')) return [];
    // macOS writes nobody's id as -2, which is the unsigned id 4294967294.
    return [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0, home }];
  });
}
