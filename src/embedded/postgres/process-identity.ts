import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';

import { codeOf } from '../../errors.ts';

/**
 * What tells a process from a later one with the same pid: boot and start time on Linux, start time elsewhere.
 * `undefined` when the process is gone (a zombie counts as gone: it holds nothing any more), an empty string when it
 * lives but the system does not say since when.
 */
export async function startOfProcess(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  if (process.platform !== 'linux') return ps(pid, 'lstart=');
  try {
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${(await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()}:${fields[19] ?? ''}`;
  } catch {
    return isAlive(pid) ? '' : undefined;
  }
}

/** Whether `pid` is a live PostgreSQL server on the data directory `data` (and not another program with its old pid). */
export async function isServerOn(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') {
    const command = await ps(pid, 'command=');
    return command !== undefined && command.includes('postgres') && command.includes(data);
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!command.includes('postgres')) return false;
  try {
    // The server makes its data directory its working directory before it writes postmaster.pid.
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(data));
  } catch (error) {
    // Root in a container without CAP_SYS_PTRACE may not read that link of another user's process.
    return codeOf(error) === 'EACCES' && command.split('\0').includes(data);
  }
}

function isAlive(pid: number): boolean {
  // To kill(), 0 and less mean whole groups of processes.
  if (pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function ps(pid: number, column: string): Promise<string | undefined> {
  try {
    // A fixed language and time zone, or the same start would read differently in another terminal.
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', column, '-p', String(pid)], { env });
    return stdout.trim();
  } catch {
    return isAlive(pid) ? '' : undefined;
  }
}
