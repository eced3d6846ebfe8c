import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '../../../src/errors.ts';
import { ownChildren } from './proc.ts';

const PATIENCE_MS = 5000;

/** Ends what an interrupted scenario had started, by SIGTERM and then SIGKILL, all but the processes in `keep`. */
export async function endChildren(keep: readonly number[]): Promise<void> {
  const left = async () => (await ownChildren()).filter(({ pid }) => !keep.includes(pid));
  for (const { pid } of await left()) send(pid, 'SIGTERM');
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    if ((await left()).length === 0) return;
    await pause(50);
  }
  for (const { pid } of await left()) send(pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
