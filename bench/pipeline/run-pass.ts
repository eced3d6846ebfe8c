import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { cpuSecondsOfTree } from '../service/cpu-time.ts';
import type { PassReport, Peer, PeerTask } from './peers/peer.ts';
import { peakRssMiB } from './process/proc.ts';

/** One timed pass. CPU and memory are NaN where there is no /proc. */
export interface Pass {
  seconds: number;
  clientCpuSeconds: number;
  postgresCpuSeconds: number;
  s3CpuSeconds: number;
  peakRssMiB: number;
  report: PassReport;
}

export interface Watched {
  postmasterPid: number;
  s3Pid: number | undefined;
}

/** Starts the peer's process, lets it warm up, times one pass and ends it. @throws Error with what it printed */
export async function runPass(peer: Peer, task: PeerTask, watched: Watched): Promise<Pass> {
  const { program, args, env, warmUp, go } = await peer.command(task);
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(program, args, { env: { PATH, HOME, TMPDIR, ...env } });
  const exited = once(child, 'close');
  try {
    const answer = listen(child, peer.name);
    child.stdin.write(warmUp);
    await answer('ready');
    const pid = child.pid ?? 0;
    const before = await cpu(pid, watched);
    const startedAt = performance.now();
    child.stdin.write(go);
    const report = JSON.parse(await answer('done')) as PassReport;
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await cpu(pid, watched);
    return {
      seconds,
      clientCpuSeconds: after.client - before.client,
      postgresCpuSeconds: after.postgres - before.postgres,
      s3CpuSeconds: after.s3 - before.s3,
      peakRssMiB: (await peakRssMiB(pid)) ?? NaN,
      report,
    };
  } finally {
    child.stdin.end();
    const impatience = setTimeout(() => child.kill('SIGKILL'), 5000);
    await exited.catch(() => undefined);
    clearTimeout(impatience);
  }
}

/** Waits for the line that begins with a word, and returns the rest of it. */
function listen(child: ChildProcessWithoutNullStreams, name: string): (word: string) => Promise<string> {
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  // A process that has ended cannot be written to; that it ended is told below.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<never>((_resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${name} ended with ${code ?? 'a signal'}:\n${errors}`)));
  });
  ended.catch(() => undefined);
  const lines = createInterface({ input: child.stdout });
  const printed: string[] = [];
  let wake = () => {};
  lines.on('line', (line) => {
    printed.push(line);
    wake();
  });
  const find = async (word: string): Promise<string> => {
    for (;;) {
      const line = printed.find((candidate) => candidate === word || candidate.startsWith(`${word} `));
      if (line !== undefined) return line.slice(word.length + 1);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return (word) => Promise.race([find(word), ended]);
}

async function cpu(client: number, { postmasterPid, s3Pid }: Watched) {
  return {
    client: (await cpuSecondsOfTree(client)) ?? NaN,
    postgres: (await cpuSecondsOfTree(postmasterPid)) ?? NaN,
    s3: s3Pid === undefined ? 0 : ((await cpuSecondsOfTree(s3Pid)) ?? NaN),
  };
}
