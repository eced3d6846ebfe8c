import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario } from '../scenario.ts';
import { mediansOf } from '../service/percentiles.ts';
import { startRowferry } from '../service/rowferry-process.ts';

const READY = /Ctrl-C stops everything/;

/** How long a person waits who types `npm start`: the first time, and every other time. */
export const start: Scenario = {
  name: 'start',
  title: '`npm start` until the demo export is done and everything is served',
  run: async (context) => {
    const rounds: Record<string, number>[] = [];
    for (let round = 1; round <= context.rounds; round++) {
      const figures = await measureRound();
      context.note(`round ${round}: ${JSON.stringify(figures)}`);
      rounds.push(figures);
    }
    const { coldSeconds = NaN, warmSeconds = NaN, ...rest } = mediansOf(rounds);
    return {
      measurements: [{ name: 'npm start', figures: { coldSeconds, warmSeconds, ...rest } }],
      ratios: { coldStartSeconds: coldSeconds, warmStartSeconds: warmSeconds },
      remarks: [
        'Cold: nothing but installed packages; the database is made, seeded, and TypeScript is compiled.',
        'Without npm itself, which takes a few tenths of a second.',
      ],
    };
  },
};

async function measureRound(): Promise<Record<string, number>> {
  const directory = await mkdtemp(join(tmpdir(), 'rowferry-bench-start-'));
  // As root the embedded PostgreSQL runs as another user, who has to pass through here.
  await chmod(directory, 0o711);
  // The compiled TypeScript is kept there.
  const temporary = join(directory, 'tmp');
  await mkdir(temporary);
  await chmod(temporary, 0o1777);
  const env = { ROWFERRY_HOME: join(directory, 'home'), TMPDIR: temporary, PORT: '0' };
  try {
    const cold = await startAndStop(env);
    const warm = await startAndStop(env);
    return {
      coldSeconds: cold.startSeconds,
      warmSeconds: warm.startSeconds,
      stopSeconds: warm.stopSeconds,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function startAndStop(env: Readonly<Record<string, string>>) {
  const started = await startRowferry(['start'], env, READY);
  const stoppingAt = performance.now();
  await started.stop();
  return {
    startSeconds: started.readyAfterMs / 1000,
    stopSeconds: (performance.now() - stoppingAt) / 1000,
  };
}
