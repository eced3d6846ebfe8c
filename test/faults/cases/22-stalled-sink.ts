import type { FaultCase } from '../suite/fault-case.ts';
import { meetAll, uploadsPart } from '../suite/storage-requests.ts';
import { until } from '../suite/until.ts';

const DEADLINE_SECONDS = 3;
const MARGIN_SECONDS = 2;
/** More than sockets and buffers hold, so that the server has to wait for us. */
const ROWS = 400_000;

export const stalledSink: FaultCase = {
  number: 22,
  name: 'a stalled sink holds a snapshot',
  queues: 'both',
  runs: { normal: 3, full: 10 },
  async run(trial) {
    await trial.worker({ EXPORT_DEADLINE_SECONDS: String(DEADLINE_SECONDS), EXPORT_MAX_ATTEMPTS: '1' });
    meetAll(trial.storage, uploadsPart, 'hang');
    const request = { dataset: 'rows', params: { count: ROWS } };
    const codes = ['deadline_exceeded', 'source_timeout'];
    const id = await trial.ask(request, { status: 'failed', codes });
    // A backend that waits for us to read, not one that is logging in: that has a snapshot too, for a moment.
    const heldSince = await until('the source waits, with a snapshot', async () => {
      const { rows } = await trial.site.pool.query<{ xact_start: Date }>(
        `select xact_start from pg_stat_activity
          where application_name = $1 and backend_xmin is not null and wait_event = 'ClientWrite'`,
        [`rowferry-export ${id}`],
      );
      return rows[0]?.xact_start;
    });
    trial.injected();
    await until('the snapshot is let go', async () => {
      const { rowCount } = await trial.site.pool.query(
        'select from pg_stat_activity where application_name = $1 and backend_xmin is not null',
        [`rowferry-export ${id}`],
      );
      return rowCount === 0;
    });
    const seconds = (Date.now() - heldSince.getTime()) / 1000;
    trial.notes.push(
      `the snapshot was held for ${seconds.toFixed(1)} s, with a limit of ${DEADLINE_SECONDS} s`,
    );
    trial.promise(
      seconds <= DEADLINE_SECONDS + MARGIN_SECONDS,
      `the snapshot was held for ${seconds.toFixed(1)} s`,
    );
    trial.storage.fault = () => 'pass';
  },
};
