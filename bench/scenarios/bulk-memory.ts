import { Client } from 'pg';
import { peakRssMiB } from '../pipeline/process/proc.ts';
import type { Scenario } from '../scenario.ts';
import { runBulkExport } from '../service/bulk-export.ts';
import { startDiaryService } from '../service/diary-service.ts';
import type { DiaryService } from '../service/diary-service.ts';

const FEW = 1000;
const MANY = 10_000;
const ROWS = 10;

/** Whether memory grows with the subjects of a bulk export. */
export const bulkMemory: Scenario = {
  name: 'bulk-memory',
  title: `Memory of the API and of one worker: bulk exports of ${FEW} people, then of ${MANY}, ${ROWS} rows each`,
  run: async ({ postgresUrl, redisUrl, note }) => {
    const diaries = [{ users: { from: 1, to: MANY }, entries: ROWS }];
    const service = await startDiaryService({ postgresUrl, redisUrl, diaries, filesInMemory: true });
    try {
      const few = await measure(service, FEW);
      note(`${FEW} people: ${JSON.stringify(few)}`);
      const many = await measure(service, MANY);
      return {
        measurements: [
          { name: `${FEW} people`, figures: few },
          { name: `${MANY} people`, figures: many },
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

async function measure({ api, worker, client, databaseUrl }: DiaryService, people: number) {
  const { id, seconds } = await runBulkExport(client, people);
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
