import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { endCommand, rowferryCommand, spawnRowferry } from './rowferry-process.ts';
import type { RunningCommand } from './rowferry-process.ts';

export type { RunningCommand } from './rowferry-process.ts';

/** Starts `rowferry …` in a process group of its own, which is gone when the test is. */
export function startCommand(args: readonly string[], env: Record<string, string>): RunningCommand {
  const command = spawnRowferry(args, env);
  onTestFinished(async () => {
    await endCommand(command);
  });
  return command;
}

export interface Outcome {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/** No command of a test takes this long; one that does not end must not outlive the tests. */
const COMMAND_TIMEOUT_MS = 200_000;

/** Runs `rowferry …` to its end. */
export async function runCommand(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const command = rowferryCommand(args, env);
  const child = spawn(command.file, command.args, {
    env: command.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: COMMAND_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: Buffer.concat(stdout), stderr };
}
