import { chmod, lchown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ifExists } from './file-errors.ts';
import type { Place } from './place.ts';

/** What a server writes about itself into its data directory. */
export interface Postmaster {
  pid: number;
  /** Undefined until it has chosen one. */
  port: number | undefined;
  /** `starting`, `ready`, `stopping` …; undefined at the very start. */
  status: string | undefined;
}

// No system hands out such a pid: Linux stops at 2^22, macOS at 99999.
const NOBODYS_PID = 2 ** 31 - 1;

/** Reads postmaster.pid; undefined when there is none or it says nothing (cut short by a power failure). */
export async function readPostmaster(data: string): Promise<Postmaster | undefined> {
  const lines = (await ifExists(readFile(file(data), 'utf8')))?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]) || undefined, status: lines[7]?.trim() };
}

/**
 * Makes a postmaster.pid whose server is gone harmless. PostgreSQL refuses to start when the recorded pid lives, though
 * another program of the same user may have it by now, and when the file is empty. The file is not simply removed: its
 * line on shared memory is how a new server notices that sessions of a killed one still work on the data.
 */
export async function disownPostmaster(place: Place): Promise<void> {
  const path = file(place.data);
  const lines = (await ifExists(readFile(path, 'utf8')))?.split('\n');
  if (lines === undefined) return;
  if (!(Number(lines[0]) > 0)) return rm(path, { force: true });
  lines[0] = String(NOBODYS_PID);
  await writeFile(`${path}.new`, lines.join('\n'));
  await chmod(`${path}.new`, 0o600);
  if (place.account !== undefined) await lchown(`${path}.new`, place.account.uid, place.account.gid);
  await rename(`${path}.new`, path);
}

const file = (data: string) => join(data, 'postmaster.pid');
