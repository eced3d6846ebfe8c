import { availableParallelism } from 'node:os';
import type { BenchContext, Measurement, Scenario } from '../scenario.ts';
import { Completions } from '../service/completions.ts';
import { cpuSecondsOfTree } from '../service/cpu-time.ts';
import { requestDiary } from '../service/diary-service.ts';
import type { HttpClient } from '../service/http-client.ts';
import { openInstallation, startApi, startWorker } from '../service/installation.ts';
import type { Installation } from '../service/installation.ts';
import { median, mediansOf } from '../service/percentiles.ts';

/** Diaries by size, with how many of each are asked for; the long ones come in between, as they do in life. */
const DIARIES = [
  { user: 1, share: 1000, count: 64 },
  { user: 2, share: 10, count: 16 },
  { user: 3, share: 1, count: 4 },
];

/** Node's main thread is one processor: a second worker process brings what the machine has beside it. */
export const workers: Scenario = {
  name: 'workers',
  title: 'Short and long exports together: one worker process and two',
  run: async (context) => {
    const installation = await openInstallation({
      postgresUrl: context.postgresUrl,
      redisUrl: context.redisUrl,
      filesInMemory: true,
      diaries: DIARIES.map(({ user, share }) => ({
        users: { from: user, to: user },
        entries: Math.ceil(context.rows / share),
      })),
    });
    try {
      const measurements: Measurement[] = [];
      const gains: Record<string, number> = {};
      for (const encoder of ['auto', 'rows'] as const) {
        const { one, two } = await compare(context, installation, encoder);
        const path = encoder === 'auto' ? 'byte path' : 'row path';
        measurements.push({ name: `one worker, ${path}`, figures: mediansOf(one) });
        measurements.push({ name: `two workers, ${path}`, figures: mediansOf(two) });
        const rates = two.map((figures, round) => gain(figures, one[round]));
        gains[encoder] = median(rates);
      }
      return {
        measurements,
        ratios: { twoWorkersVsOne: gains['auto'] ?? NaN, twoWorkersVsOneRowPath: gains['rows'] ?? NaN },
        remarks: [
          'possibleGain: what the processors that one worker left idle would allow; PostgreSQL and S3 are on them too.',
        ],
      };
    } finally {
      await installation.close();
    }
  },
};

type Figures = Record<string, number>;

function gain(two: Figures, one: Figures | undefined): number {
  return (two['rowsPerSecond'] ?? NaN) / (one?.['rowsPerSecond'] ?? NaN);
}

async function compare(
  context: BenchContext,
  installation: Installation,
  encoder: string,
): Promise<{ one: Figures[]; two: Figures[] }> {
  const one: Figures[] = [];
  const two: Figures[] = [];
  for (let round = 0; round <= context.rounds; round++) {
    for (const [count, results] of [[1, one] as const, [2, two] as const]) {
      const figures = await measure(context, installation, { count, encoder });
      context.note(`${encoder}, ${count} workers, round ${round}: ${JSON.stringify(figures)}`);
      if (round > 0) results.push(figures);
    }
  }
  return { one, two };
}

async function measure(
  context: BenchContext,
  installation: Installation,
  options: { count: number; encoder: string },
): Promise<Figures> {
  const stops: (() => Promise<void> | void)[] = [];
  try {
    const api = await startApi(installation);
    stops.push(() => api.stop());
    const client = installation.client(api.url);
    stops.push(() => client.close());
    const completions = await Completions.open(installation.databaseUrl);
    stops.push(() => completions.close());
    const pids: number[] = [];
    for (let index = 0; index < options.count; index++) {
      const worker = await startWorker(installation, { EXPORT_ENCODER: options.encoder });
      stops.push(() => worker.stop());
      pids.push(worker.pid);
    }
    const before = await cpuOf(context, pids);
    const startedAt = performance.now();
    const { rows, ids } = await exportAll(context, client, completions);
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await cpuOf(context, pids);
    for (const id of ids) await client.send('DELETE', `/v1/exports/${id}`);
    // Everything is below this process, PostgreSQL too.
    const cpuSeconds = after.ours - before.ours;
    const workersCpuSeconds = after.workers - before.workers;
    const postgresCpuSeconds = after.postgres - before.postgres;
    return {
      rowsPerSecond: Math.round(rows / seconds),
      seconds,
      workersCpuSeconds,
      postgresCpuSeconds,
      // The API and the S3 server.
      othersCpuSeconds: cpuSeconds - workersCpuSeconds - postgresCpuSeconds,
      /** More than this no number of workers can bring on this machine: then its processors are full. */
      possibleGain: (seconds * availableParallelism()) / cpuSeconds,
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function exportAll(
  context: BenchContext,
  client: HttpClient,
  completions: Completions,
): Promise<{ rows: number; ids: string[] }> {
  const most = Math.max(...DIARIES.map(({ count }) => count));
  const asked: Promise<void>[] = [];
  const ids: string[] = [];
  let rows = 0;
  for (let turn = 0; turn < most; turn++) {
    for (const { user, share, count } of DIARIES) {
      // Spread evenly over all turns.
      if (Math.floor((turn * count) / most) === Math.floor(((turn - 1) * count) / most)) continue;
      const id = await requestDiary(client, { userId: String(user) });
      ids.push(id);
      const completed = completions.of(id);
      // One that fails while others are still asked for is told of below.
      completed.catch(() => undefined);
      asked.push(completed);
      rows += Math.ceil(context.rows / share);
    }
  }
  await Promise.all(asked);
  return { rows, ids };
}

async function cpuOf({ postmasterPid }: BenchContext, pids: readonly number[]) {
  const seconds = await Promise.all([postmasterPid, process.pid, ...pids].map(cpuSecondsOfTree));
  const [postgres = NaN, ours = NaN, ...own] = seconds;
  return { postgres, ours, workers: own.reduce<number>((sum, value) => sum + (value ?? NaN), 0) };
}
