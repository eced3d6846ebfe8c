import { rowsExpected } from './trial.ts';
import type { Trial } from './trial.ts';
import type { ExportResource } from '../lab/client.ts';

/** What the API promises, whatever is away. */
const ANSWER_SECONDS = 2;
const PATIENCE_MS = 10_000;
const ROWS = 1000;

/**
 * Asks while something is away: the answer comes in time, and is either 202, which is a promise, or 503 and nothing. The
 * installation is the run's own, so that every row counts.
 */
export async function askInTime(trial: Trial, times: number): Promise<void> {
  const expected = await rowsExpected(ROWS);
  for (let time = 0; time < times; time++) {
    const request = { dataset: 'rows', params: { count: ROWS } };
    const { status, body, seconds } = await trial.site.client.ask(request, { timeoutMs: PATIENCE_MS });
    trial.promise(seconds <= ANSWER_SECONDS, `POST was answered after ${seconds.toFixed(1)} s`);
    trial.promise(status === 202 || status === 503, `POST was answered by ${status}`);
    if (status === 202) trial.asked.push({ id: (body as ExportResource).id, expected });
  }
}

/** To be called when everything is back: no refused request may have left a row. */
export async function expectNoHalves(trial: Trial): Promise<void> {
  const { site, asked } = trial;
  const { rows } = await site.pool.query<{ count: number }>('select count(*)::int from rowferry.exports');
  const count = rows[0]?.count ?? 0;
  trial.promise(
    count === asked.length,
    `${asked.length} requests were accepted, and ${count} rows are there`,
  );
}
