// Schedules at work: each due time leads to one export, whatever happens to workers.
import { randomBytes, randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openSchedules } from '../../src/cli/schedules.ts';
import { loadConfig } from '../../src/config.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { ActedBy } from '../../src/db/audit-log.ts';
import { createPool } from '../../src/db/pool.ts';
import { ScheduleRecords } from '../../src/db/schedule-records.ts';
import type { ScheduleOwner } from '../../src/db/schedule-limits.ts';
import type { ScheduleContent } from '../../src/db/schedule-records.ts';
import type { Dataset } from '../../src/export/dataset.ts';
import { WebhookSecrets } from '../../src/notify/webhook-secrets.ts';
import { ExportQueue } from '../../src/queue/export-queue.ts';
import type { QueueBackendOptions } from '../../src/queue/queue-backend.ts';
import type { ScheduleRunner } from '../../src/worker/schedule-runner.ts';
import { dataset as rows } from '../support/datasets/rows.ts';
import { describeQueueBackends } from '../support/queue-backends.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const database = useTestDatabase();
const secretKey = randomBytes(32).toString('base64');
const logger = pino({ level: 'silent' });
const by: ActedBy = { kind: 'token', subject: 'operator' };
const owner: ScheduleOwner = { tenant: 'default', role: 'admin', subject: 'operator', keyId: null };
const content: ScheduleContent = {
  title: 'Rows',
  cron: '0 3 * * *',
  timeZone: 'UTC',
  dataset: 'rows',
  formats: ['csv'],
  params: { count: 5 },
  options: { compression: 'none' },
  notify: undefined,
};
const inPostgres = (): QueueBackendOptions => ({
  kind: 'postgres',
  connectionString: database.url,
  prefix: TEST_PREFIX,
});

interface Worker {
  runner: ScheduleRunner;
  queue: ExportQueue;
}

/** What a worker does about schedules, on connections of its own. */
function worker(
  settings: Record<string, string> = {},
  { backend = inPostgres(), datasets = [rows] }: { backend?: QueueBackendOptions; datasets?: Dataset[] } = {},
): Worker {
  const config = loadConfig({ WEBHOOK_SECRET_KEY: secretKey, ...settings });
  const pool = createPool({ connectionString: database.url, max: 3, logger });
  const queue = new ExportQueue({ backend, timeoutMs: 5000, logger });
  const registry = new Map(datasets.map((one) => [one.name, one]));
  const runner = openSchedules(config, { pool, queue, datasets: registry, logger });
  onTestFinished(async () => {
    await runner.stop();
    await queue.close();
    await pool.end();
  });
  return { runner, queue };
}

const schedules = () => new ScheduleRecords(database.pool);
/** One that has been due for so long. */
async function due(
  ago = '1 second',
  values: Partial<ScheduleContent> = {},
  whose: Partial<ScheduleOwner> = {},
): Promise<string> {
  const limits = { perSubject: 1000, perTenant: 1000 };
  const made = await schedules().create(
    { ...owner, ...whose },
    { ...content, ...values },
    { nextAt: (now) => now, limits, by },
  );
  await database.pool.query(
    `update rowferry.schedules set next_at = date_trunc('second', now()) - $2::interval where id = $1`,
    [made.id, ago],
  );
  return made.id;
}
const exportsOf = async (id?: string) =>
  (
    await database.pool.query<{ id: string; scheduleId: string; subject: string; role: string }>(
      `select id, schedule_id as "scheduleId", subject, role from rowferry.exports
        where $1::uuid is null or schedule_id = $1`,
      [id],
    )
  ).rows;
const runsOf = (id: string, tenant = 'default') => schedules().runs(tenant, id);
const acts = async (object: string) =>
  (
    await database.pool.query<{ act: string; kind: string }>(
      'select act, actor_kind as kind from rowferry.audit_log where object_id = $1 order by id',
      [object],
    )
  ).rows;

beforeEach(() => database.pool.query('delete from rowferry.schedules; delete from rowferry.exports'));
afterEach(() => vi.useRealTimers());

describeQueueBackends(database, (backend) => {
  it('makes one export of each of 50 that are due, with two workers at it', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 50; n++) ids.push(await due('1 second', { params: { count: n } }));
    const workers = [
      worker({ LIMIT_SUBJECT_CONCURRENT_EXPORTS: '100' }, { backend }),
      worker({ LIMIT_SUBJECT_CONCURRENT_EXPORTS: '100' }, { backend }),
    ];
    await Promise.all(workers.map(({ runner }) => runner.run()));
    // A pass that lost a turn to the other worker leaves it to the next.
    await Promise.all(workers.map(({ runner }) => runner.run()));
    const made = await exportsOf();
    expect(made.map(({ scheduleId }) => scheduleId).sort()).toEqual([...ids].sort());
    for (const { id } of made) {
      await until(() => workers[0]?.queue.has({ id, lane: 'normal' }));
      expect(await acts(id)).toEqual([{ act: 'export.requested', kind: 'schedule' }]);
    }
    for (const id of ids) {
      const [run, ...others] = await runsOf(id);
      expect(others).toEqual([]);
      expect(run).toMatchObject({ outcome: 'requested', missed: 0, exportStatus: 'queued' });
    }
  });
});

describe('a due time', () => {
  it('is run once after a worker died in the middle of it', async () => {
    const id = await due();
    const dying = worker();
    // Dies with the run made and nothing committed.
    await database.pool.query(
      `create function die() returns trigger language plpgsql as $$ begin
         perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
       create trigger dying before insert on rowferry.schedule_runs for each row execute function die()`,
    );
    await dying.runner.run();
    await database.pool.query('drop trigger dying on rowferry.schedule_runs; drop function die()');
    expect(await exportsOf()).toEqual([]);
    await worker().runner.run();
    expect(await exportsOf(id)).toHaveLength(1);
    expect(await runsOf(id)).toHaveLength(1);
  });

  it('is told by the database’s clock, whatever a worker’s says', async () => {
    const later = await due('-1 hour');
    const now = await due();
    vi.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ['Date'] });
    await worker().runner.run();
    expect(await exportsOf(later)).toEqual([]);
    expect(await exportsOf(now)).toHaveLength(1);
    const next = (await schedules().find('default', now))?.nextAt?.getTime() ?? 0;
    vi.useRealTimers();
    expect(next - Date.now()).toBeLessThan(86_400_001);
    expect(next).toBeGreaterThan(Date.now());
  });

  it('asks for a file of each format of the schedule', async () => {
    const ids = [await due(), await due('1 second', { formats: ['csv', 'json'] })];
    await worker().runner.run();
    const { rows: made } = await database.pool.query<{ scheduleId: string; formats: string[] }>(
      `select schedule_id as "scheduleId", formats from rowferry.exports order by cardinality(formats)`,
    );
    expect(made).toEqual([
      { scheduleId: ids[0], formats: ['csv'] },
      { scheduleId: ids[1], formats: ['csv', 'json'] },
    ]);
  });

  it('is made up for once after a long time without workers, and it says so', async () => {
    const id = await due('72 hours', { cron: '0 * * * *' });
    const { runner } = worker();
    await runner.run();
    await runner.run();
    expect(await exportsOf(id)).toHaveLength(1);
    const [run] = await runsOf(id);
    expect(run?.missed).toBeGreaterThan(70);
    expect(Date.now() - (run?.plannedAt.getTime() ?? 0)).toBeLessThan(3_600_000);
  });

  it('that finds the same export under way joins it', async () => {
    const [one, two] = [await due(), await due()];
    await worker().runner.run();
    const made = await exportsOf();
    expect(made).toHaveLength(1);
    const outcomes = [...(await runsOf(one)), ...(await runsOf(two))];
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['joined', 'requested']);
    expect(outcomes.map(({ exportId }) => exportId)).toEqual([made[0]?.id, made[0]?.id]);
  });

  it('that may tell nobody more of the export under way is noted, and the next one is tried', async () => {
    const settings = { NOTIFY_MAX_TARGETS: '1' };
    await due('2 seconds', { notify: { emails: ['anna@example.org'] } });
    await worker(settings).runner.run();
    const id = await due('1 second', { notify: { emails: ['ben@example.org'] } });
    await worker(settings).runner.run();
    expect(await runsOf(id)).toMatchObject([
      { outcome: 'refused', code: 'too_many_targets', exportId: null },
    ]);
    expect(await schedules().find('default', id)).toMatchObject({
      pausedAt: null,
      nextAt: expect.any(Date) as Date,
    });
    const { rows: told } = await database.pool.query('select address from rowferry.email_recipients');
    expect(told).toEqual([{ address: 'anna@example.org' }]);
  });

  it('that meets a limit is noted, and the next one is tried', async () => {
    const id = await due();
    await worker({ LIMIT_SUBJECT_EXPORTS_PER_HOUR: '1' }).runner.run();
    await database.pool.query(`delete from rowferry.exports;
      update rowferry.schedules set next_at = now() - interval '1 minute'`);
    await worker({ LIMIT_SUBJECT_EXPORTS_PER_HOUR: '1' }).runner.run();
    expect(await exportsOf()).toEqual([]);
    const [run] = await runsOf(id);
    expect(run).toMatchObject({ outcome: 'limited', code: 'subject-hour', exportId: null });
    expect((await schedules().find('default', id))?.pausedAt).toBeNull();
    await database.pool.query('delete from rowferry.usage');
  });

  it('is remembered, and of those before it the last 99', async () => {
    const id = await due();
    await database.pool.query(
      `insert into rowferry.schedule_runs (schedule_id, planned_at, outcome)
       select $1, now() - n * interval '1 day', 'joined' from generate_series(1, 150) n`,
      [id],
    );
    await worker().runner.run();
    const { rows } = await database.pool.query<{ outcome: string; count: number; days: number }>(
      `select outcome, count(*)::int as count, extract(day from now() - min(planned_at))::int as days
         from rowferry.schedule_runs where schedule_id = $1 group by outcome order by outcome`,
      [id],
    );
    expect(rows).toEqual([
      { outcome: 'joined', count: 99, days: 99 },
      { outcome: 'requested', count: 1, days: 0 },
    ]);
  });

  it('does not wait for others that another worker is at', async () => {
    const taken = await due('1 hour');
    const id = await due();
    const other = await database.pool.connect();
    onTestFinished(() => other.release());
    await other.query('begin');
    await other.query('select from rowferry.schedules where id = $1 for update', [taken]);
    await worker().runner.run();
    expect(await exportsOf(id)).toHaveLength(1);
    expect(await runsOf(taken)).toEqual([]);
    await other.query('commit');
    await worker().runner.run();
    expect(await runsOf(taken)).toHaveLength(1);
  });

  it('does not wait for others that cannot be run now', async () => {
    const secret = new WebhookSecrets([randomBytes(32).toString('base64')]);
    const hook = randomUUID();
    const webhook = { id: hook, url: 'https://hooks.example.org/', secret: secret.make(hook).sealed };
    const stuck = await due('1 hour', { notify: { emails: [], webhook } });
    const id = await due();
    await worker().runner.run();
    expect(await exportsOf(id)).toHaveLength(1);
    expect(await exportsOf(stuck)).toEqual([]);
    expect((await schedules().find('default', stuck))?.pausedAt).toBeNull();
  });
});

describe('rights at a run', () => {
  it.each([
    ['its key was revoked', 'key_revoked', (id: string) => new ApiKeys(database.pool).revoke(id)],
    [
      'its key has expired',
      'key_expired',
      (id: string) =>
        database.pool.query(
          `update rowferry.api_keys set expires_at = now() - interval '1 s' where id = $1`,
          [id],
        ),
    ],
  ] as const)('pause it when %s, and say why', async (_what, code, end) => {
    const { id: keyId } = await new ApiKeys(database.pool).create({ role: 'admin', subject: 'operator' });
    const id = await due('1 second', {}, { keyId });
    await end(keyId);
    await worker().runner.run();
    expect(await exportsOf()).toEqual([]);
    const [run] = await runsOf(id);
    expect(run).toMatchObject({ outcome: 'refused', code });
    const paused = await schedules().find('default', id);
    expect(paused).toMatchObject({ nextAt: null, pausedReason: run?.message });
    expect(await acts(id)).toEqual([
      { act: 'schedule.created', kind: 'token' },
      { act: 'schedule.paused', kind: 'system' },
    ]);
  });

  it.each([
    [
      'is not for them any more',
      { ...rows, roles: ['user'] as const, subjectParam: 'count' },
      'not_allowed_any_more',
    ],
    ['was taken away', undefined, 'dataset_unknown'],
    ['has no such format', { ...rows, formats: ['json'] as const }, 'params_outdated'],
    ['has one of its formats no more', { ...rows, formats: ['csv'] as const }, 'params_outdated'],
  ] as const)('pause it when its dataset %s', async (_what, changed, code) => {
    const id = await due('1 second', { formats: ['csv', 'json'] });
    await worker({}, { datasets: changed === undefined ? [] : [changed] }).runner.run();
    expect(await runsOf(id)).toMatchObject([{ outcome: 'refused', code }]);
    expect((await schedules().find('default', id))?.pausedAt).not.toBeNull();
  });
});

describe('one that cannot be read any more', () => {
  it.each([
    ['time_zone', 'Mars/Olympus', /^timeZone is no time zone/],
    ['cron', '0 25 * * *', /^cron is no cron expression/],
  ])('is paused for its %s, where people see why, and others are not held up', async (column, value, why) => {
    const id = await due('1 hour');
    const fine = await due();
    await database.pool.query(`update rowferry.schedules set ${column} = $2 where id = $1`, [id, value]);
    const { runner } = worker();
    await runner.run();
    await runner.run();
    expect(await exportsOf(fine)).toHaveLength(1);
    expect(await exportsOf(id)).toEqual([]);
    const runs = await runsOf(id);
    expect(runs).toMatchObject([{ outcome: 'refused', code: 'bad_schedule', missed: 0 }]);
    const paused = await schedules().find('default', id);
    expect(paused).toMatchObject({ nextAt: null, pausedReason: expect.stringMatching(why) as string });
    expect((await acts(id)).at(-1)).toEqual({ act: 'schedule.paused', kind: 'system' });
  });
});

describe('while a worker runs one,', () => {
  const cases = [
    [
      'a change',
      (id: string, nextAt: (now: Date) => Date) =>
        schedules().change({ tenant: 'default', id }, content, { nextAt, keyId: undefined, by }),
    ],
    [
      'a resumption',
      (id: string, nextAt: (now: Date) => Date) =>
        schedules().resume({ tenant: 'default', id }, { nextAt, keyId: undefined, by }),
    ],
  ] as const;
  it.each(cases)('%s goes by the time after it: the same time is not due twice', async (_what, change) => {
    const id = await due();
    const running = await database.pool.connect();
    onTestFinished(() => running.release());
    await running.query('begin');
    await running.query('select from rowferry.schedules where id = $1 for update', [id]);
    let asked = new Date(0);
    const changing = change(id, (now) => (asked = now));
    await vi.waitUntil(
      async () => {
        const { rows } = await database.pool.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%rowferry.schedules%'`,
        );
        return rows.length > 0;
      },
      { timeout: 40_000 },
    );
    const { rows } = await running.query<{ now: Date }>('select clock_timestamp() as now');
    await running.query('commit');
    await changing;
    expect(asked.getTime()).toBeGreaterThanOrEqual(rows[0]?.now.getTime() ?? Infinity);
  });
});

it('tells those whom it was to tell, by a webhook that has the secret of the schedule', async () => {
  const secrets = new WebhookSecrets([secretKey]);
  const hook = randomUUID();
  const { secret, sealed } = secrets.make(hook);
  const webhook = { id: hook, url: 'https://hooks.example.org/x', secret: sealed };
  await due('1 second', { notify: { emails: ['anna@example.org'], webhook } });
  await worker().runner.run();
  const [made] = await exportsOf();
  const { rows: emails } = await database.pool.query(
    'select address from rowferry.email_recipients where export_id = $1',
    [made?.id],
  );
  expect(emails).toEqual([{ address: 'anna@example.org' }]);
  const { rows: hooks } = await database.pool.query<{ id: string; secret: Buffer }>(
    'select id, secret from rowferry.webhooks where export_id = $1',
    [made?.id],
  );
  expect(hooks).toHaveLength(1);
  const [own] = hooks;
  expect(own?.id).not.toBe(hook);
  expect(secrets.open(own?.secret ?? Buffer.alloc(0), own?.id ?? '')).toBe(secret);
});
