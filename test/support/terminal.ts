import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { hasLane } from './lane.ts';
import { rowferryCommand } from './rowferry-process.ts';

/** util-linux' `script` gives a command a terminal; that of other systems takes other options. */
export const hasTerminal = hasLane('script of util-linux', () => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
});

/** Runs `rowferry …` on a terminal, and resolves to all that it shows. Rejects when it does not end with 0. */
export async function runOnTerminal(args: readonly string[], env: Record<string, string>): Promise<string> {
  const command = rowferryCommand(args, env);
  const quoted = [command.file, ...command.args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const { stdout } = await promisify(execFile)(
    'script',
    ['--quiet', '--return', '--flush', '--command', quoted.join(' '), '/dev/null'],
    { env: { ...command.env, TERM: 'xterm' }, timeout: 200_000, killSignal: 'SIGKILL' },
  );
  return stdout;
}
