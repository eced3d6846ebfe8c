import type { FaultCase } from '../suite/fault-case.ts';
import { until } from '../suite/until.ts';

const NOTICED_SECONDS = 5;
const ROWS = 150_000;
const BYTES_PER_ROW = 110;
/** Slower than PostgreSQL by far, so that its send buffer is full when it is ended. */
const SLOW_BYTES_PER_SECOND = 6_000_000;

export const backendTerminated: FaultCase = {
  number: 16,
  name: 'pg_terminate_backend, fast and slow sink',
  queues: 'both',
  runs: { normal: 10, full: 50 },
  async run(trial) {
    const slow = trial.variant(2) === 1;
    const throttled = slow ? await trial.own.throttle(trial.storage.url, SLOW_BYTES_PER_SECOND) : undefined;
    await trial.worker(throttled === undefined ? {} : { S3_ENDPOINT: throttled.url });
    const flowing = trial.source.afterBytes(trial.random.integer(50_000, ROWS * BYTES_PER_ROW * 0.7));
    const id = await trial.askForRows(ROWS, slow ? {} : { napMs: 20 });
    await flowing;
    const { rowCount } = await trial.site.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
      [`rowferry-export ${id}`],
    );
    trial.injected();
    trial.promise(rowCount === 1, `${rowCount ?? 0} connections were ended`);
    const injectedAt = performance.now();
    await until('the attempt ends', async () => {
      const { attempt, status } = await trial.row(id);
      return attempt > 1 || status !== 'running';
    });
    const seconds = (performance.now() - injectedAt) / 1000;
    trial.promise(seconds <= NOTICED_SECONDS, `it was noticed after ${seconds.toFixed(1)} s`);
  },
};
