import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { AppError, codeOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { blockedAt, serverAccount } from './account.ts';
import type { Account } from './account.ts';
import { ifExists, withFileErrors } from './file-errors.ts';
import { writePrivate } from './private-file.ts';

/** Where the files of a server lie and who runs it. */
export interface Place {
  /** Ours: password and log. */
  directory: string;
  /** The server's: data and, where needed, a copy of the binaries. The same as `directory` wherever that is possible. */
  path: string;
  data: string;
  /** Undefined: the server runs as the user we are. */
  account: Account | undefined;
}

interface Pointer {
  /** The directory the data belong to: tells a moved directory from a copied one. */
  directory: string;
  path: string;
}

const POINTER = 'data-location.json';

/**
 * Finds or makes the place for the data of `directory`. The data lie in `directory` unless we are root and the server's
 * user cannot get there (a checkout under a 0700 /root): then in a new directory under `fallback`, which a pointer file
 * in `directory` records. Throws AppErrors: `no_permission`, `no_space`, `embedded_postgres_failed`.
 */
export async function findPlace(
  directory: string,
  fallback: string,
  logger: Logger | undefined,
): Promise<Place> {
  const context = { doing: `make the directory of the embedded PostgreSQL ${directory}`, path: directory };
  return withFileErrors(context, async () => {
    await mkdir(dirname(directory), { recursive: true });
    await mkdir(directory, { mode: 0o700 }).catch(ignoreExisting);
    const real = await realpath(directory);
    const recorded = await readPointer(real);
    const path = recorded ?? real;
    const data = join(path, 'data');
    const owner = await ifExists(stat(data));
    const account = await serverAccount({ owner });
    if (account === undefined) {
      if (owner !== undefined && owner.uid !== process.getuid?.()) throw ofAnotherUser(data, owner.uid);
      return { directory: real, path, data, account };
    }
    await letPass(real, account);
    const blocker = await blockedAt(path, account);
    if (blocker === undefined) return { directory: real, path, data, account };
    if (owner !== undefined || recorded !== undefined) throw unreachable(data, account, blocker);
    const elsewhere = await relocate(real, fallback, account);
    logger?.info(
      { directory: real, blocker, user: account.name, path: elsewhere },
      `the embedded PostgreSQL runs as user "${account.name}", who cannot enter ${blocker}: its data lie in ${elsewhere}`,
    );
    return { directory: real, path: elsewhere, data: join(elsewhere, 'data'), account };
  });
}

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}

/** Lets the account's group pass through, but neither list nor write. */
async function letPass(directory: string, account: Account): Promise<void> {
  const { uid } = await stat(directory);
  if (uid === account.uid) return;
  try {
    await chown(directory, uid, account.gid);
  } catch (cause) {
    if (codeOf(cause) !== 'EPERM' && codeOf(cause) !== 'EINVAL') throw cause;
    throw new AppError(
      'embedded_postgres_unavailable',
      `PostgreSQL does not run as root, and this container does not let root hand ${directory} to user ` +
        `"${account.name}" (${codeOf(cause)}: no CAP_CHOWN, or a namespace of one user). ` +
        'Run rowferry as an ordinary user, or set DATABASE_URL to use a PostgreSQL of your own.',
      { cause },
    );
  }
  await chmod(directory, 0o710);
}

async function relocate(directory: string, fallback: string, account: Account): Promise<string> {
  const context = {
    doing:
      `keep the data of the embedded PostgreSQL in ${fallback} (user "${account.name}", as which it runs, cannot enter ` +
      `${directory})`,
    path: fallback,
  };
  return withFileErrors(context, async () => {
    await mkdir(fallback, { recursive: true, mode: 0o755 });
    const { uid, mode } = await stat(fallback);
    const blocker = await blockedAt(fallback, account);
    if (uid !== 0 || (mode & 0o022) !== 0 || blocker !== undefined) {
      throw new AppError(
        'no_permission',
        `Cannot ${context.doing}: ${fallback} must belong to root, be writable by root only and open to that user. ` +
          'Mend its permissions, or set ROWFERRY_HOME to a directory which that user can enter.',
      );
    }
    // Never a name that was used before: data that lost their pointer are left alone, not taken over.
    const hash = createHash('sha256').update(directory).digest('hex').slice(0, 16);
    const path = await mkdtemp(join(fallback, `${hash}-`));
    await letPass(path, account);
    await writePointer({ directory, path });
    return path;
  });
}

async function readPointer(directory: string): Promise<string | undefined> {
  const text = await ifExists(readFile(join(directory, POINTER), 'utf8'));
  if (text === undefined) return undefined;
  const file = join(directory, POINTER);
  const pointer = JSON.parse(text) as Pointer;
  if ((await ifExists(stat(pointer.path))) === undefined) {
    throw new AppError(
      'embedded_postgres_failed',
      `The data of the embedded PostgreSQL should be in ${pointer.path} (says ${file}), but that directory is missing. ` +
        `Put it back, or remove ${directory} to start afresh with an empty database.`,
    );
  }
  if (pointer.directory !== directory) {
    const original = await ifExists(readFile(join(pointer.directory, POINTER), 'utf8'));
    if (original !== undefined && (JSON.parse(original) as Pointer).path === pointer.path) {
      throw new AppError(
        'embedded_postgres_failed',
        `${directory} is a copy of ${pointer.directory}, and both point to the data in ${pointer.path}. ` +
          `Remove ${directory} to start afresh there, or use the original.`,
      );
    }
    await writePointer({ directory, path: pointer.path });
  }
  return pointer.path;
}

async function writePointer(pointer: Pointer): Promise<void> {
  await writePrivate(join(pointer.directory, POINTER), JSON.stringify(pointer));
}

function ofAnotherUser(data: string, uid: number): AppError {
  return new AppError(
    'no_permission',
    `The PostgreSQL data in ${data} belong to user id ${uid}, and this is user id ${process.getuid?.() ?? -1}. ` +
      'Run rowferry as the user (or root) that made them, change their owner, or set ROWFERRY_HOME to another directory.',
  );
}

function unreachable(data: string, account: Account, blocker: string): AppError {
  return new AppError(
    'no_permission',
    `PostgreSQL runs as user "${account.name}", who cannot reach its data in ${data}: ${blocker} keeps it out. ` +
      `Let it pass (chmod o+x ${blocker}), move the data back, or set ROWFERRY_HOME to a directory it can enter.`,
  );
}
