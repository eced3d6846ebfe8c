import { chmod, chown, mkdir, readdir, readlink, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { AppError, codeOf } from '../errors.ts';
import { serverAccount } from './postgres/account.ts';
import { ifExists, withFileErrors } from './postgres/file-errors.ts';
import { startOfProcess } from './postgres/process-identity.ts';

/** The directory with everything rowferry keeps, held by this process alone. */
export interface Home {
  /** Absolute. */
  path: string;
  /** Lets the next process have it. May be called again. */
  release(): Promise<void>;
}

/*
 * The lock is a link `lock.<n>` whose target, "<pid>@<start of the process>", names the holder: a link appears in one
 * step with its content, and only for one of those who try. The link with the highest number counts. A lock whose holder
 * is dead is not removed, which another process could do just after a third has taken it anew: it is overtaken by
 * creating `lock.<n+1>`, and so is one's own on release, by one that says "released". So the numbers only ever grow, and
 * whoever acts on an outdated view meets a number that is taken, or finds a higher one after having created its own.
 */
const LOCK = /^lock\.(\d+)$/;
const RELEASED = 'released';

/**
 * Creates the home directory (0700) and locks it. The lock of a process that was killed, or that a reboot ended, is
 * taken over. Throws AppErrors: `home_in_use` (naming the process), `home_not_a_directory`, `no_permission`, `no_space`,
 * `embedded_files_failed`.
 */
export async function openHome(path: string): Promise<Home> {
  const home = resolve(path);
  return withFileErrors({ doing: `use the home directory ${home}`, path: home }, async () => {
    await makeHome(home);
    const number = await lock(home);
    let released: Promise<void> | undefined;
    return { path: home, release: () => (released ??= release(home, number)) };
  });
}

async function makeHome(home: string): Promise<void> {
  try {
    await mkdir(dirname(home), { recursive: true });
    await mkdir(home, { mode: 0o700 });
  } catch (error) {
    const existing = await stat(home).catch(() => undefined);
    if (existing?.isDirectory() !== true) {
      throw codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOTDIR' ? notADirectory(home, error) : error;
    }
  }
  if (process.getuid?.() !== 0) return;
  // As root, PostgreSQL runs as another user, who must pass through to its data: search, not list, and its group only.
  const entries = await readdir(home);
  const { uid, mode } = await stat(home);
  const ours = uid === 0 && (mode & 0o777) === 0o700 && (entries.length === 0 || entries.some(isLock));
  if (!ours) return;
  try {
    const account = await serverAccount();
    if (account === undefined) return;
    await chown(home, 0, account.gid);
    await chmod(home, 0o710);
  } catch {
    // A container where root may not do that. It matters to the embedded server only, which will say so.
  }
}

async function lock(home: string): Promise<number> {
  const own = `${process.pid}@${(await startOfProcess(process.pid)) ?? ''}`;
  for (;;) {
    const latest = (await lockNumbers(home)).at(-1) ?? 0;
    if (latest > 0) await refuseIfHeld(home, latest);
    const number = latest + 1;
    try {
      await symlink(own, join(home, `lock.${number}`));
    } catch (error) {
      if (codeOf(error) === 'EEXIST') continue;
      throw error;
    }
    const numbers = await lockNumbers(home);
    if (numbers.at(-1) === number) {
      await removeLocks(home, numbers.slice(0, -1));
      return number;
    }
    await removeLocks(home, [number]);
  }
}

async function release(home: string, number: number): Promise<void> {
  try {
    await symlink(RELEASED, join(home, `lock.${number + 1}`));
    await removeLocks(home, [number]);
  } catch (error) {
    // Somebody removed the home meanwhile, and the lock with it.
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

async function refuseIfHeld(home: string, number: number): Promise<void> {
  const holder = await ifExists(readlink(join(home, `lock.${number}`)));
  const [, pid, start] = /^(\d+)@(.*)$/.exec(holder ?? '') ?? [];
  if (pid === undefined) return;
  const current = await startOfProcess(Number(pid));
  // Without a start time the pid alone must do: better to refuse than to share.
  if (current === undefined || (current !== start && current !== '' && start !== '')) return;
  throw new AppError(
    'home_in_use',
    `The home directory ${home} is in use by another rowferry (process ${pid}). Stop that one ("kill ${pid}"), or ` +
      'set ROWFERRY_HOME to another directory to run a second one.',
    { details: { pid: Number(pid), path: home } },
  );
}

/** In ascending order. */
async function lockNumbers(home: string): Promise<number[]> {
  const numbers = (await readdir(home)).map((name) => LOCK.exec(name)?.[1]);
  return numbers
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

async function removeLocks(home: string, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) await rm(join(home, `lock.${number}`), { force: true });
}

const isLock = (name: string) => LOCK.test(name);

function notADirectory(home: string, cause: unknown): AppError {
  return new AppError(
    'home_not_a_directory',
    `Cannot use ${home} as the home directory: a file is in the way. Move it away, or set ROWFERRY_HOME to a directory.`,
    { cause },
  );
}
