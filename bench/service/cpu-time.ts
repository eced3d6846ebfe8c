import { readFile, readdir } from 'node:fs/promises';

/** Linux counts in hundredths of a second, whatever the kernel's own tick. */
const TICKS_PER_SECOND = 100;

interface Usage {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for. */
  reaped: number;
}

/**
 * CPU seconds of a process and all its descendants, those that have ended included: a Postgres backend that served one
 * export is gone when the figure is read. Undefined where there is no /proc.
 */
export async function cpuSecondsOfTree(root: number): Promise<number | undefined> {
  let names: string[];
  try {
    names = await readdir('/proc');
  } catch {
    return undefined;
  }
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const usages = new Map<number, Usage>();
  for (const pid of pids) {
    const usage = await usageOf(pid);
    if (usage !== undefined) usages.set(pid, usage);
  }
  const isBelow = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = usages.get(pid)?.parent ?? 0;
    return parent > 1 && isBelow(parent);
  };
  let ticks = 0;
  for (const [pid, { own, reaped }] of usages) if (isBelow(pid)) ticks += own + reaped;
  return ticks / TICKS_PER_SECOND;
}

async function usageOf(pid: number): Promise<Usage | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the fields after it are numbers (proc_pid_stat(5)).
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const field = (number: number) => fields[number - 3] ?? 0;
    return { parent: field(4), own: field(14) + field(15), reaped: field(16) + field(17) };
  } catch {
    return undefined;
  }
}
