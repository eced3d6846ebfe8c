import { randomBytes } from 'node:crypto';
import { chmod, lchown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { AppError } from '../../errors.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { ifExists, noSpace, saysNoSpace, withFileErrors } from './file-errors.ts';
import type { Place } from './place.ts';
import { writePrivate } from './private-file.ts';
import { run } from './run.ts';

/** Name of the superuser and of the database. */
export const ROWFERRY = 'rowferry';

const UNFINISHED = 'initdb-';
/** On disk after a first start; the log of changes (WAL) grows up to 1 GB under load. */
export const NEEDED_MEGABYTES = 100;

/** Written to postgresql.conf once, where people may change them. fsync stays on: it is people's data. */
const SETTINGS = [
  // Queues in it hold a few for each kind of work, in each process.
  'max_connections=200',
  'shared_buffers=128MB',
  'timezone=UTC',
  'log_timezone=UTC',
  // Nothing replicates from this server, and bulk loads into a new table then need no WAL. Crash recovery is unaffected.
  'wal_level=minimal',
  'max_wal_senders=0',
];

/**
 * Makes the data directory on the first start, else checks that it fits. Returns the superuser's password. Throws
 * `embedded_postgres_version` for data of another major version, `no_space`, `no_permission`, or
 * `embedded_postgres_failed`.
 */
export async function ensureCluster(
  place: Place,
  binaries: Binaries,
  signal?: AbortSignal,
): Promise<{ password: string; created: boolean }> {
  const context = {
    doing: `make the data directory of the embedded PostgreSQL ${place.data}`,
    path: place.path,
    neededMegabytes: NEEDED_MEGABYTES,
  };
  return withFileErrors(context, async () => {
    const version = await ifExists(readFile(join(place.data, 'PG_VERSION'), 'utf8'));
    if (version === undefined)
      return { password: await createCluster(place, binaries, signal), created: true };
    checkVersion(place, version.trim(), binaries.major);
    await own(place);
    return { password: await readPassword(place), created: false };
  });
}

async function createCluster(place: Place, binaries: Binaries, signal?: AbortSignal): Promise<string> {
  await refuseForeignFiles(place);
  await removeUnfinished(place);
  const password = randomBytes(24).toString('base64url');
  // Made aside and renamed when complete: a start that was killed leaves no half-made data directory behind.
  const unfinished = await mkdtemp(join(place.path, UNFINISHED));
  try {
    const pwfile = join(unfinished, 'pwfile');
    const data = join(unfinished, 'data');
    await writePrivate(pwfile, password);
    await mkdir(data, { mode: 0o700 });
    if (place.account !== undefined) {
      for (const path of [data, pwfile, unfinished]) await lchown(path, place.account.uid, place.account.gid);
    }
    await initdb(place, binaries, data, pwfile, signal);
    await writePrivate(passwordFile(place), password);
    await rename(data, place.data);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return password;
}

async function initdb(
  place: Place,
  binaries: Binaries,
  data: string,
  pwfile: string,
  signal?: AbortSignal,
): Promise<void> {
  const args = [
    ...[
      '-D',
      data,
      `--username=${ROWFERRY}`,
      `--pwfile=${pwfile}`,
      '--auth=scram-sha-256',
      '--no-instructions',
    ],
    // PostgreSQL's own C.UTF-8: the same order and case rules on every system, whatever locales it has.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...SETTINGS.flatMap((setting) => ['--set', setting]),
  ];
  const { code, output } = await run(binaries.initdb, args, { account: place.account, signal });
  if (code === 0) return;
  const what = `Cannot make the data directory of the embedded PostgreSQL ${place.data}`;
  if (saysNoSpace(output)) {
    throw await noSpace(what, { doing: '', path: place.path, neededMegabytes: NEEDED_MEGABYTES }, output);
  }
  const unnamed = /could not look up effective user ID (\d+)/.exec(output)?.[1];
  throw new AppError(
    'embedded_postgres_failed',
    unnamed === undefined
      ? `${what}: initdb failed.\n${output.trim()}`
      : `${what}: user id ${unnamed} has no name in /etc/passwd, which PostgreSQL insists on. ` +
          'Run rowferry as a user with a name, or set DATABASE_URL to use a PostgreSQL of your own.',
    { details: { output } },
  );
}

function checkVersion(place: Place, found: string, major: string): void {
  if (found === major) return;
  throw new AppError(
    'embedded_postgres_version',
    `The data in ${place.data} were made by PostgreSQL ${found}, and this rowferry brings PostgreSQL ${major}, which ` +
      'cannot read them. To keep them: go back to the rowferry you used before, dump them there with pg_dump, and restore ' +
      `the dump here into a new home (ROWFERRY_HOME). To start afresh with an empty database: remove ${place.directory}` +
      (place.path === place.directory ? '.' : ` and ${place.path}.`),
    { details: { found, expected: major, data: place.data } },
  );
}

/** Data that were copied or restored as root belong to root, or are open to others: the server refuses both. */
async function own(place: Place): Promise<void> {
  if (place.account !== undefined && (await stat(place.data)).uid === 0) {
    await chownTree(place.data, place.account);
  }
  await chmod(place.data, 0o700);
}

async function chownTree(path: string, account: Account): Promise<void> {
  await lchown(path, account.uid, account.gid);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await chownTree(child, account);
    else await lchown(child, account.uid, account.gid);
  }
}

async function refuseForeignFiles(place: Place): Promise<void> {
  const files = await ifExists(readdir(place.data));
  if (files === undefined || files.length === 0) return;
  throw new AppError(
    'embedded_postgres_failed',
    `${place.data} is not empty, but it is not a PostgreSQL data directory either (no file PG_VERSION). Restore it from ` +
      `a backup, or move it away to start afresh with an empty database.`,
  );
}

async function removeUnfinished(place: Place): Promise<void> {
  for (const name of await readdir(place.path)) {
    // An initdb that outlived its killed parent may still be writing there: what it leaves goes at the next chance.
    if (name.startsWith(UNFINISHED)) {
      await rm(join(place.path, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

const passwordFile = (place: Place) => join(place.directory, 'password');

async function readPassword(place: Place): Promise<string> {
  const password = (await ifExists(readFile(passwordFile(place), 'utf8')))?.trim() ?? '';
  if (password !== '') return password;
  throw new AppError(
    'embedded_postgres_failed',
    `The password of the embedded PostgreSQL is missing (${passwordFile(place)}), so its data in ${place.data} cannot be ` +
      `used. Restore that file, or remove ${place.data} to start afresh with an empty database.`,
  );
}
