import { expect, it, onTestFinished } from 'vitest';
import { RowEstimates } from '../../src/export/row-estimates.ts';
import { datasetOf } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const database = useTestDatabase();
const asker = { tenant: 'default', subject: 'operator', role: 'admin' } as const;

// An error that no listener hears would end the process: the test run fails of it, whatever the test itself says.
it('fails alone when its connection is lost while it is at it, and the next one has another', async () => {
  await database.pool.query('create table public.estimated as select n from generate_series(1, 1000) n');
  const estimates = new RowEstimates({
    sources: { default: database.url },
    timeoutMs: 20_000,
    connections: 1,
  });
  onTestFinished(() => estimates.close());
  const dataset = datasetOf('select n::text as id from public.estimated', ['id']);
  const blocker = await database.pool.connect();
  try {
    // The planner waits for it.
    await blocker.query('begin; lock table public.estimated in access exclusive mode');
    const asked = estimates.of(dataset, asker, {});
    const outcome = expect(asked).rejects.toMatchObject({ code: 'source_unavailable' });
    await until(async () => {
      const { rowCount } = await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'rowferry-estimate' and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });
    await outcome;
  } finally {
    await blocker.query('rollback');
    blocker.release();
  }
  expect(await estimates.of(dataset, asker, {})).toBeGreaterThan(0);
});
