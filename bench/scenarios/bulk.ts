import type { BenchContext, Measurement, Scenario } from '../scenario.ts';
import { Completions } from '../service/completions.ts';
import { startDiaryService } from '../service/diary-service.ts';
import type { DiaryService } from '../service/diary-service.ts';
import { mediansOf } from '../service/percentiles.ts';

const PEOPLE = 1000;
const ROWS = 10;
/** Of single requests: as many as a bulk export has under way. */
const IN_FLIGHT = 16;
const LOOK_MS = 250;

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
    return { measurements, ratios: {}, remarks };
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
        const bulkSeconds = await bulkExport(service);
        const singleSeconds = await singleExports(service, completions);
        const figures = { bulkPerSecond: PEOPLE / bulkSeconds, singlePerSecond: PEOPLE / singleSeconds };
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

/** From the request to the manifest. */
async function bulkExport({ client }: DiaryService): Promise<number> {
  const startedAt = performance.now();
  const subjects = Array.from({ length: PEOPLE }, (_, index) => String(index + 1));
  const { status, body } = await client.send('POST', '/v1/bulk-exports', { dataset: 'diary', subjects });
  if (status !== 202) throw new Error(`POST /v1/bulk-exports: ${status} ${body}`);
  const { id } = JSON.parse(body) as { id: string };
  for (;;) {
    const look = JSON.parse((await client.send('GET', `/v1/bulk-exports/${id}`)).body) as { status: string };
    if (look.status === 'completed') return (performance.now() - startedAt) / 1000;
    if (look.status !== 'running') throw new Error(`the bulk export is ${look.status}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
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
