import { execFileSync } from 'node:child_process';
import type { RunningCommand } from './command.ts';

/** Waits until `rowferry start` serves, and resolves to its address. */
export async function served(command: RunningCommand): Promise<string> {
  const output = await command.printed(/Ctrl-C stops everything/);
  return /Serving at (\S+)/.exec(output)?.[1] ?? '';
}

export async function interrupt(command: RunningCommand): Promise<{ code: number | null; seconds: number }> {
  const startedAt = performance.now();
  // Ctrl-C reaches every process of the terminal's foreground group.
  process.kill(-(command.child.pid ?? 0), 'SIGINT');
  const code = await command.ended;
  return { code, seconds: (performance.now() - startedAt) / 1000 };
}

/** The process in which `rowferry start` runs its worker. */
export function workerOf(command: RunningCommand): number {
  const table = execFileSync('ps', ['--ppid', String(command.child.pid), '-o', 'pid=,args='], {
    encoding: 'utf8',
  });
  return Number(/^ *(\d+) .*worker-entry/m.exec(table)?.[1]);
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
