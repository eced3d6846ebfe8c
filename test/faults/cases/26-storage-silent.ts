import type { FaultCase } from '../suite/fault-case.ts';
import { uploadsPart } from '../suite/storage-requests.ts';
import type { Trial } from '../suite/trial.ts';

const TIMEOUT_SECONDS = 1;
const REQUEST_ATTEMPTS = 2;
const EXPORT_ATTEMPTS = 2;
/** Looking for what earlier attempts left, opening the upload or sending parts, dropping it (twice), deleting the object. */
const REQUESTS = 5;
const PAUSES_SECONDS = 3;
const FAILED_WITHIN_SECONDS =
  REQUESTS * TIMEOUT_SECONDS * REQUEST_ATTEMPTS * EXPORT_ATTEMPTS + PAUSES_SECONDS;
const ROWS = 120_000;

export const storageSilent: FaultCase = {
  number: 26,
  name: 'storage accepts and never answers',
  queues: 'both',
  runs: { normal: 4, full: 20 },
  async run(trial) {
    await trial.worker({
      S3_REQUEST_TIMEOUT_SECONDS: String(TIMEOUT_SECONDS),
      S3_MAX_ATTEMPTS: String(REQUEST_ATTEMPTS),
      EXPORT_MAX_ATTEMPTS: String(EXPORT_ATTEMPTS),
    });
    // From the start, or from the first part on: then the upload cannot be dropped either.
    let silent = trial.variant(2) === 0;
    trial.storage.fault = (request) => {
      silent ||= uploadsPart(request);
      return silent ? 'hang' : 'pass';
    };
    trial.injected();
    const request = { dataset: 'rows', params: { count: ROWS } };
    const id = await trial.ask(request, { status: 'failed', codes: ['storage_failed'] });
    await trial.ended();
    const seconds = await secondsTried(trial, id);
    trial.promise(
      seconds <= FAILED_WITHIN_SECONDS,
      `it failed after ${seconds.toFixed(1)} s, and its time-outs add up to ${FAILED_WITHIN_SECONDS} s`,
    );
    trial.storage.fault = () => 'pass';
  },
};

/** By the records: time-outs say nothing of how soon a busy machine takes the request and starts the export. */
async function secondsTried({ site }: Trial, id: string): Promise<number> {
  const { rows } = await site.pool.query<{ seconds: number }>(
    `select extract(epoch from finished_at - min(at))::float8 as seconds
       from rowferry.exports join rowferry.export_events on export_id = exports.id and kind = 'started'
      where exports.id = $1
      group by finished_at`,
    [id],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`export ${id} was never started`);
  return row.seconds;
}
