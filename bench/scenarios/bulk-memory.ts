import { Client } from 'pg';
import { peakRssMiB, rssMiB } from '../pipeline/process/proc.ts';
import type { Measurement, Scenario } from '../scenario.ts';
import { runBulkExport } from '../service/bulk-export.ts';
import { startDiaryService } from '../service/diary-service.ts';
import type { DiaryService } from '../service/diary-service.ts';
import { median } from '../service/percentiles.ts';

const FEW = 1000;
const MANY = 10_000;
const ROWS = 10;

/** Whether memory grows with the subjects of a bulk export. */
export const bulkMemory: Scenario = {
  name: 'bulk-memory',
  title: `Memory of the API and of one worker: bulk exports of ${FEW} people, then of ${MANY}, ${ROWS} rows each`,
  run: async (context) => {
    const { postgresUrl, redisUrl } = context;
    const diaries = [{ users: { from: 1, to: MANY }, entries: ROWS }];
    const service = await startDiaryService({ postgresUrl, redisUrl, diaries, filesInMemory: true });
    try {
      const few = await measure(service, FEW);
      context.note(`${FEW} people: ${JSON.stringify(few)}`);
      const quarters = new Quarters(service);
      const many = await measure(service, MANY, (completed) => quarters.look(completed));
      return {
        measurements: [
          { name: `${FEW} people`, figures: few },
          { name: `${MANY} people`, figures: many },
          ...quarters.measurements(),
        ],
        ratios: {
          bulkWorkerGrowth: many.workerPeakRssMiB / few.workerPeakRssMiB - 1,
          bulkApiGrowth: many.apiPeakRssMiB / few.apiPeakRssMiB - 1,
        },
        remarks: [
          `One round, the same two processes for both; the queue is in ${redisUrl === undefined ? 'PostgreSQL' : 'Redis'}.`,
        ],
      };
    } finally {
      await service.close();
    }
  },
};

/** Memory and speed in each quarter of the large one: whether it still grows when all is warm. */
class Quarters {
  readonly #service: DiaryService;
  readonly #looks: { seconds: number; completed: number; worker: number; api: number }[] = [];

  constructor(service: DiaryService) {
    this.#service = service;
  }

  async look(completed: number): Promise<void> {
    const { worker, api } = this.#service;
    const seconds = performance.now() / 1000;
    const [workerMiB = NaN, apiMiB = NaN] = await Promise.all([rssMiB(worker.pid), rssMiB(api.pid)]);
    this.#looks.push({ seconds, completed, worker: workerMiB, api: apiMiB });
  }

  measurements(): Measurement[] {
    return [0, 1, 2, 3].map((quarter) => {
      const from = (quarter * MANY) / 4;
      const to = from + MANY / 4;
      const looks = this.#looks.filter(({ completed }) => completed >= from && completed <= to);
      const [first, last] = [looks[0], looks.at(-1)];
      const seconds = (last?.seconds ?? NaN) - (first?.seconds ?? NaN);
      return {
        name: `of these ${from + 1} to ${to}`,
        figures: {
          seconds,
          perSecond: ((last?.completed ?? NaN) - (first?.completed ?? NaN)) / seconds,
          workerRssMiB: median(looks.map(({ worker }) => worker)),
          apiRssMiB: median(looks.map(({ api }) => api)),
        },
      };
    });
  }
}

async function measure(
  { api, worker, client, databaseUrl }: DiaryService,
  people: number,
  onLook?: (completed: number) => Promise<void>,
) {
  const { id, seconds } = await runBulkExport(client, people, onLook);
  await expectEachOnce(databaseUrl, id, people);
  return {
    seconds,
    perSecond: people / seconds,
    workerPeakRssMiB: (await peakRssMiB(worker.pid)) ?? NaN,
    apiPeakRssMiB: (await peakRssMiB(api.pid)) ?? NaN,
  };
}

/** @throws Error when a subject has no export, or more than one */
async function expectEachOnce(connectionString: string, id: string, people: number): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ exports: number; subjects: number }>(
      `select count(*)::int as exports, count(distinct subject)::int as subjects
         from rowferry.exports where bulk_id = $1 and status = 'completed'`,
      [id],
    );
    const [found] = rows;
    if (found?.exports !== people || found.subjects !== people)
      throw new Error(`${JSON.stringify(found)} for ${people} people`);
  } finally {
    await client.end();
  }
}
