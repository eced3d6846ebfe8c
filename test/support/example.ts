import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { codeBlocks } from './code-blocks.ts';
import { endWithProcess } from './end-with-process.ts';
import { cleanEnvironment, watchProgram } from './rowferry-process.ts';
import type { RunningCommand } from './rowferry-process.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What running an example, or installing it, leaves in its folder. */
const LEFT = ['.env', '.rowferry', 'dist', 'node_modules'];

/** The examples in a checkout of their own, so that what they write is gone with it. */
export interface ExamplesCopy {
  folder: string;
  /** Starts the commands of the README of an example, each once the one before has printed or ended. */
  start(name: string, steps: readonly Step[], env: Record<string, string>): Promise<void>;
  /** Ends all that was started, and removes the copy. */
  remove(): Promise<void>;
}

/** Of the commands in the README, in their order: what says that it serves, or undefined for one that ends. */
type Step = RegExp | undefined;

export async function copyExamples(): Promise<ExamplesCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-examples-'));
  // As root the embedded PostgreSQL runs as another user, who has to pass through here.
  await chmod(folder, 0o711);
  await mkdir(join(folder, 'examples'));
  await cp(join(ROOT, 'examples'), join(folder, 'examples'), {
    recursive: true,
    filter: (path) => !LEFT.includes(basename(path)),
  });
  for (const name of ['bin', 'node_modules', 'src']) await symlink(join(ROOT, name), join(folder, name));
  const running: RunningCommand[] = [];
  return {
    folder,
    async start(name, steps, env) {
      const [block] = await codeBlocks(`examples/${name}/README.md`, 'sh');
      const lines = (block?.code ?? '').trim().split('\n');
      if (lines.length !== steps.length) throw new Error(`the README has ${lines.length} commands`);
      for (const [index, line] of lines.entries()) {
        const command = startShell(line, { cwd: join(folder, 'examples', name), env });
        const serves = steps[index];
        if (serves !== undefined) {
          running.push(command);
          await command.printed(serves);
        } else if ((await command.ended) !== 0) throw new Error(`${line} failed:\n${command.output()}`);
      }
    },
    async remove() {
      for (const { child, ended } of running.reverse()) {
        // As Ctrl-C does.
        process.kill(-(child.pid ?? 0), 'SIGINT');
        await ended;
      }
      await rm(folder, { recursive: true });
    },
  };
}

/** In a process group of its own: npm has children that do not end with it. */
function startShell(line: string, { cwd, env }: { cwd: string; env: Record<string, string> }) {
  const child = spawn('sh', ['-ec', line], {
    cwd,
    env: cleanEnvironment({ NPM_CONFIG_UPDATE_NOTIFIER: 'false', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const release = endWithProcess(() => process.kill(-(child.pid ?? 0), 'SIGKILL'));
  child.on('close', release);
  return watchProgram(child);
}
