import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import { AppError, codeOf, messageOf } from '../../errors.ts';

export interface FileErrorContext {
  /** What was being done, as it follows "Cannot": `create the home directory /srv/rowferry`. */
  doing: string;
  /** Where it was done: the message names its disk. */
  path: string;
  /** Megabytes the work needs there, for the message about a full disk. */
  neededMegabytes?: number;
}

const MOVE = 'set ROWFERRY_HOME to a directory';

/**
 * Turns a failed file operation into an AppError that says what, where and what to do: `no_permission` (EACCES, EPERM,
 * EROFS), `no_space` (ENOSPC, EDQUOT), `embedded_files_failed` for other errors of the system. What is no such error (an
 * AppError, the reason of an aborted signal) is returned unchanged.
 */
export async function fileError(error: unknown, context: FileErrorContext): Promise<unknown> {
  const what = `Cannot ${context.doing}`;
  const code = codeOf(error);
  if (error instanceof AppError || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  switch (code) {
    case 'EROFS':
      return new AppError(
        'no_permission',
        `${what}: the file system is read-only. Make it writable, or ${MOVE} on a writable disk.`,
        {
          cause: error,
        },
      );
    case 'EACCES':
    case 'EPERM':
      return new AppError(
        'no_permission',
        `${what}: permission denied for ${currentUser()} (${code}). Give that user the right, run as the owner, or ` +
          `${MOVE} it may write.`,
        { cause: error },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return noSpace(what, context, error);
    default:
      return new AppError(
        'embedded_files_failed',
        `${what}: ${messageOf(error)}. Mend that, or ${MOVE} elsewhere.`,
        {
          cause: error,
        },
      );
  }
}

/** Whether a program of PostgreSQL says that the disk is full: in the system's words, or in its own hint. */
export function saysNoSpace(output: string): boolean {
  return /No space left on device|Disk quota exceeded|Check free disk space/.test(output);
}

/** The `no_space` AppError: how much is free, how much is needed, where, and how to move. */
export async function noSpace(what: string, context: FileErrorContext, cause?: unknown): Promise<AppError> {
  const free = await freeMegabytes(context.path);
  const needed = context.neededMegabytes;
  return new AppError(
    'no_space',
    `${what}: no space left on the disk of ${context.path}` +
      (free === undefined ? '' : ` (${free} MB free now)`) +
      (needed === undefined ? '.' : `; about ${needed} MB are needed.`) +
      ` Free some space there, or ${MOVE} on a disk with room.`,
    { cause, details: { path: context.path, freeMegabytes: free, neededMegabytes: needed } },
  );
}

/** Runs file operations and converts what they throw by {@link fileError}. */
export async function withFileErrors<T>(context: FileErrorContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await fileError(error, context);
  }
}

/** `undefined` for a missing file or directory; every other error goes on. */
export async function ifExists<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function freeMegabytes(path: string): Promise<number | undefined> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return Math.floor((bavail * bsize) / 1024 ** 2);
    } catch {
      if (at === dirname(at)) return undefined;
    }
  }
}

function currentUser(): string {
  const uid = process.getuid?.();
  return uid === undefined ? 'this user' : `user id ${uid}`;
}
