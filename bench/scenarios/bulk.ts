import type { BenchContext, Measurement, Scenario } from '../scenario.ts';
import { runBulkExport } from '../service/bulk-export.ts';
import { Completions } from '../service/completions.ts';
import { startDiaryService } from '../service/diary-service.ts';
import type { DiaryService } from '../service/diary-service.ts';
import { mediansOf } from '../service/percentiles.ts';

const PEOPLE = 1000;
const ROWS = 10;
/** Of single requests: as many as a bulk export has under way. */
const IN_FLIGHT = 16;

/** A bulk export against as many single requests. */
export const bulk: Scenario = {
  name: 'bulk',
  title: `A bulk export of ${PEOPLE} people with ${ROWS} rows each, one worker process`,
  run: async (context) => {
    const measurements: Measurement[] = [];
    if (context.redisUrl !== undefined)
      measurements.push(await measure(context, 'Redis queue', context.redisUrl));
    measurements.push(await measure(context, 'PostgreSQL queue', undefined));
    const remarks =
      context.redisUrl === undefined ? ['No Redis: only the queue in PostgreSQL was measured.'] : [];
    const timesSingle = Math.min(...measurements.map(({ figures }) => figures['timesSingle'] ?? NaN));
    return { measurements, ratios: { bulkVsSingle: timesSingle }, remarks };
  },
};

async function measure(
  context: BenchContext,
  name: string,
  redisUrl: string | undefined,
): Promise<Measurement> {
  const diaries = [{ users: { from: 1, to: PEOPLE }, entries: ROWS }];
  const { postgresUrl } = context;
  const service = await startDiaryService({ postgresUrl, redisUrl, diaries, filesInMemory: true });
  try {
    const completions = await Completions.open(service.databaseUrl);
    const rounds: Record<string, number>[] = [];
    try {
      for (let round = 0; round <= context.rounds; round++) {
        const { seconds: bulkSeconds } = await runBulkExport(service.client, PEOPLE);
        const singleSeconds = await singleExports(service, completions);
        const figures = {
          bulkPerSecond: PEOPLE / bulkSeconds,
          singlePerSecond: PEOPLE / singleSeconds,
          timesSingle: singleSeconds / bulkSeconds,
        };
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

async function singleExports(service: DiaryService, completions: Completions): Promise<number> {
  const startedAt = performance.now();
  let asked = 0;
  const requester = async () => {
    while (asked < PEOPLE) await completions.of(await service.request({ userId: String(++asked) }));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, requester));
  return (performance.now() - startedAt) / 1000;
}
