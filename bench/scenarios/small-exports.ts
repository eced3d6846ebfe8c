import type { BenchContext, Measurement, Scenario } from '../scenario.ts';
import { Completions } from '../service/completions.ts';
import { cpuSecondsOfTree } from '../service/cpu-time.ts';
import { startDiaryService } from '../service/diary-service.ts';
import type { DiaryService } from '../service/diary-service.ts';
import { openLoop } from '../service/open-loop.ts';
import { latenciesOf, mediansOf } from '../service/percentiles.ts';

const ROWS = 1000;
const PEOPLE = 40;
const SECONDS = 10;
/** More than the worker runs at a time, so that its queue is never empty. */
const IN_FLIGHT = 8;
/** Of the latency: a rate that the service has to carry without falling behind. */
const PER_SECOND = 40;

/** What one short export costs, where not the rows but everything around them counts. */
export const smallExports: Scenario = {
  name: 'small-exports',
  title: `Exports of ${ROWS} rows, one worker process`,
  run: async (context) => {
    const measurements: Measurement[] = [];
    const remarks: string[] = [];
    if (context.redisUrl === undefined) remarks.push('No Redis: only the queue in PostgreSQL was measured.');
    else measurements.push(await measure(context, 'Redis queue', context.redisUrl));
    measurements.push(await measure(context, 'PostgreSQL queue', undefined));
    const figures: Measurement['figures'] = measurements[0]?.figures ?? {};
    return {
      measurements,
      ratios: {
        smallExportsPerSecond: figures['exportsPerSecond'] ?? NaN,
        smallExportP50Ms: figures['p50Ms'] ?? NaN,
      },
      remarks,
    };
  },
};

async function measure(
  context: BenchContext,
  name: string,
  redisUrl: string | undefined,
): Promise<Measurement> {
  const diaries = [{ users: { from: 1, to: PEOPLE }, entries: ROWS }];
  const service = await startDiaryService({
    postgresUrl: context.postgresUrl,
    redisUrl,
    diaries,
    filesInMemory: true,
  });
  try {
    const completions = await Completions.open(service.databaseUrl);
    const rounds: Record<string, number>[] = [];
    try {
      for (let round = 0; round <= context.rounds; round++) {
        const figures = await measureRound(service, completions);
        context.note(`${name}, round ${round}: ${JSON.stringify(figures)}`);
        if (round > 0) rounds.push(figures);
      }
    } finally {
      await completions.close();
    }
    return { name, figures: mediansOf(rounds) };
  } finally {
    await service.close();
  }
}

async function measureRound(
  service: DiaryService,
  completions: Completions,
): Promise<Record<string, number>> {
  let asked = 0;
  const exportOne = async () =>
    completions.of(await service.request({ userId: String(1 + (asked++ % PEOPLE)) }));

  const cpuBefore = await cpuOf(service);
  const startedAt = performance.now();
  let completed = 0;
  const client = async () => {
    while (performance.now() - startedAt < SECONDS * 1000) {
      await exportOne();
      completed++;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, client));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = await cpuOf(service);

  const { p50, p99 } = latenciesOf(
    await openLoop({ perSecond: PER_SECOND, seconds: SECONDS, send: exportOne }),
  );
  return {
    exportsPerSecond: completed / seconds,
    p50Ms: p50,
    p99Ms: p99,
    workerCpuMsPerExport: (1000 * (cpu.worker - cpuBefore.worker)) / completed,
    apiCpuMsPerExport: (1000 * (cpu.api - cpuBefore.api)) / completed,
  };
}

async function cpuOf({ api, worker }: DiaryService): Promise<{ api: number; worker: number }> {
  return {
    api: (await cpuSecondsOfTree(api.pid)) ?? NaN,
    worker: (await cpuSecondsOfTree(worker.pid)) ?? NaN,
  };
}
