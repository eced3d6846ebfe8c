import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endCommand, spawnRowferry } from '../../support/rowferry-process.ts';
import type { RunningCommand } from '../../support/rowferry-process.ts';

/** A process of rowferry, ready to do its work. */
export interface Service extends RunningCommand {
  name: string;
  pid: number;
  /** Sends the signal and nothing else. */
  signal(name: NodeJS.Signals): void;
  /** Ends it, and resolves to its exit code when it is gone; null when the signal did it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Writes what each process has printed into a file of its own. */
export async function keepLogs(folder: string, services: readonly Service[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [index, { name, output }] of services.entries()) {
    await writeFile(join(folder, `${index}-${name}.log`), output());
  }
}

/** Starts `rowferry <name>` and waits until it says that it is ready. */
export async function startService(
  name: 'api' | 'worker',
  env: Record<string, string>,
  ready: RegExp,
): Promise<Service> {
  const command = spawnRowferry([name], { ...env, LOG_LEVEL: 'info' });
  const service: Service = {
    ...command,
    name,
    pid: command.child.pid ?? -1,
    signal: (signal) => void command.child.kill(signal),
    end: (signal = 'SIGKILL') => endCommand(command, signal),
  };
  try {
    await command.printed(ready);
  } catch (error) {
    await service.end();
    throw error;
  }
  return service;
}
