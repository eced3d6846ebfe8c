// Exports from a hot standby, which ends queries that its primary's changes wait for.
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkSource } from '../../src/doctor/check-source.ts';
import { startPostgresServer } from '../faults/lab/postgres-server.ts';
import type { PostgresServer } from '../faults/lab/postgres-server.ts';
import { PRIMARY, startStandby } from '../faults/lab/standby.ts';
import { APPLICATION_NAME, datasetOf, runTestExport } from '../support/run-test-export.ts';
import { administer } from '../support/template-database.ts';
import { until } from '../support/until.ts';

let directory: string;
let primary: PostgresServer;
let standby: PostgresServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowferry-standby-'));
  // The server may run as another user, who has to pass through.
  await chmod(directory, 0o711);
  const ofPrimary = join(directory, 'primary');
  await mkdir(ofPrimary, { mode: 0o711 });
  primary = await startPostgresServer(ofPrimary, PRIMARY);
  await administer(
    primary.url,
    'create table public.stored as select n as id from generate_series(1, 20000) n',
  );
  standby = await startStandby(primary, join(directory, 'standby'));
}, 120_000);
afterAll(async () => {
  await standby.stop();
  await primary.stop();
  await rm(directory, { recursive: true, force: true });
});

it('are warned of by the doctor, with what helps', async () => {
  const findings = await checkSource({
    name: 'default',
    setting: 'SOURCE_DATABASE_URL',
    connectionString: standby.url,
    holdsRecords: false,
    withSession: [],
    deadlineMs: 60_000,
  });
  const warnings = findings.filter(({ state }) => state === 'warn');
  expect(warnings).toMatchObject([
    {
      detail: "The replica ends queries that are in the way of its primary's changes after 0 seconds.",
      remedy: expect.stringContaining('`hot_standby_feedback = on`') as string,
    },
  ]);
});

it('are none of what has changed: a standby does not tell which transactions are in progress', async () => {
  const changing = { ...datasetOf('select id::text as id from public.stored', ['id']) };
  changing.changes = () => ({
    text: `select id::text as id, 'added' as change from public.stored`,
    values: [],
  });
  const options = { compression: 'none', since: 'last' } as const;
  await expect(
    runTestExport({ connectionString: standby.url, dataset: changing, options }),
  ).rejects.toMatchObject({ code: 'since_on_replica', retryable: false });
});

it('say why they were ended, and may be tried again', async () => {
  const dataset = datasetOf(
    'select s.id::text as id, pg_sleep(0.001)::text as nap from public.stored s where s.id <= 19000',
    ['id', 'nap'],
  );
  const exporting = expect(runTestExport({ connectionString: standby.url, dataset })).rejects.toMatchObject({
    code: 'source_unavailable',
    retryable: true,
    message:
      'The source database is a replica, and ended the query because changes of its primary were waiting for it. Who runs it can set hot_standby_feedback = on there.',
    details: { sqlstate: '40001' },
  });
  const reader = new Client({ connectionString: standby.url });
  await reader.connect();
  try {
    await until(async () => {
      const { rowCount } = await reader.query(
        `select from pg_stat_activity where application_name = $1 and starts_with(ltrim(query), 'select s.id')`,
        [APPLICATION_NAME],
      );
      return rowCount === 1;
    });
  } finally {
    await reader.end();
  }
  // What the snapshot on the standby may still see is removed on the primary.
  await administer(primary.url, 'delete from public.stored where id > 19000');
  await administer(primary.url, 'vacuum (freeze) public.stored');
  await exporting;
});
