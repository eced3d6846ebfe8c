import { readFile, readdir } from 'node:fs/promises';

/** Largest resident memory of a process so far, in MiB; undefined where there is no /proc. */
export function peakRssMiB(pid: number): Promise<number | undefined> {
  return statusMiB(pid, 'VmHWM');
}

export function rssMiB(pid: number): Promise<number | undefined> {
  return statusMiB(pid, 'VmRSS');
}

async function statusMiB(pid: number, field: string): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
}

/** The direct children of this process that still run, with what they were started by. */
export async function ownChildren(): Promise<{ pid: number; command: string }[]> {
  const names = await readdir('/proc').catch(() => []);
  const children: { pid: number; command: string }[] = [];
  for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(parent) !== process.pid || state === 'Z') continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    children.push({ pid, command: command.replaceAll('\0', ' ').trim() });
  }
  return children;
}
