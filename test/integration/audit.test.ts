// Every act leaves one line, nothing changes a line, and no line tells a secret.
import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/api/contract/index.ts';
import type { Operation } from '../../src/api/contract/operation.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { audit, AuditLog } from '../../src/db/audit-log.ts';
import { auditLogDataset } from '../../src/export/audit-log-dataset.ts';
import { forgetAudit } from '../../src/worker/janitor-steps/forget-audit.ts';
import { completeExport } from '../support/complete-export.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { until } from '../support/until.ts';
import { createWorkerFixture } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const storage = useTestStore();
const PER_MINUTE = 5;
const api = useTestApi(database, storage, undefined, {
  settings: {
    WEBHOOK_SECRET_KEY: randomBytes(32).toString('base64'),
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'exports@example.org',
    PUBLIC_URL: 'https://exports.example.org',
    AUDIT_REFUSALS_PER_MINUTE: String(PER_MINUTE),
    AUTH_FAILURES_PER_MINUTE: '5',
    API_PROXY_HOPS: '1',
  },
});

interface Line {
  id: string;
  at: string;
  act: string;
  actor: Record<string, unknown>;
  object: { kind: string; id: string } | null;
  details: Record<string, unknown>;
  ip: string;
  userAgent: string;
  requestId: string;
}
interface Page {
  entries: Line[];
  nextCursor: string | null;
}

const asAdmin = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.call(method, path, { key: api.keys.admin, body, headers });
const read = async (query = '', key = api.keys.admin) =>
  (await (await api.call('GET', `/v1/admin/audit?limit=100${query}`, { key })).json()) as Page;
const count = async () => {
  const { rows } = await database.pool.query<{ lines: number }>(
    'select count(*)::int as lines from rowferry.audit_log',
  );
  return rows[0]?.lines ?? 0;
};
const request = async (key = api.keys.first) => {
  const response = await api.call('POST', '/v1/exports', {
    key,
    body: { dataset: 'diary', params: { userId: '1' } },
    headers: { 'idempotency-key': randomUUID() },
  });
  return ((await response.json()) as { id: string }).id;
};
const fresh = async () => {
  await database.pool.query('delete from rowferry.exports');
  return request();
};
const completed = async () => {
  const id = await fresh();
  await completeExport(database, storage, id, Buffer.from('title\n'));
  return id;
};
const failed = async () => {
  const id = await fresh();
  await database.pool.query(
    `update rowferry.exports set status = 'failed', error_code = 'source_timeout', error_message = 'Slow.' where id = $1`,
    [id],
  );
  return id;
};
const webhook = async () => {
  const response = await asAdmin('POST', '/v1/webhooks', { url: 'https://hooks.example.org/x' });
  return ((await response.json()) as { id: string }).id;
};
const schedule = async () => {
  const body = { dataset: 'diary', cron: '0 6 * * 1' };
  const response = await api.call('POST', '/v1/schedules', { body });
  return ((await response.json()) as { id: string }).id;
};
/** A bulk export in a state that no worker has to bring about. */
const bulk = async (changes?: string) => {
  await database.pool.query('delete from rowferry.bulk_exports');
  const response = await asAdmin('POST', '/v1/bulk-exports', { dataset: 'diary', subjects: ['1', '2'] });
  const { id } = (await response.json()) as { id: string };
  if (changes !== undefined) {
    await database.pool.query(`update rowferry.bulk_exports set ${changes} where id = $1`, [id]);
  }
  return id;
};
const failedBulk = async () => {
  const id = await bulk(`status = 'failed', finished_at = now()`);
  await database.pool.query(
    `update rowferry.bulk_subjects set status = 'failed', error_code = 'source_timeout' where bulk_id = $1`,
    [id],
  );
  return id;
};
const bulkWithManifest = () => {
  const file = { objectKey: 'exports/x/manifest.csv', fileName: 'manifest.csv', bytes: 1, sha256: 'ab' };
  const manifest = JSON.stringify({ csv: file, json: file });
  return bulk(
    `status = 'completed', finished_at = now(), expires_at = now() + interval '1 day', manifest = '${manifest}'`,
  );
};
/** A message to a webhook that somebody may want once more. */
const message = async () => {
  const hook = await webhook();
  const id = await completed();
  const { rows } = await database.pool.query<{ id: string }>(
    'select id from rowferry.notifications where export_id = $1 and webhook_id = $2',
    [id, hook],
  );
  return { hook, id, message: rows[0]?.id ?? '' };
};

beforeAll(async () => {
  await database.pool.query(
    `create table movies (id int, title text, release_year int, director text, external_metadata_id text);
     create table reviews (id int, movie_id int, user_id bigint, rating numeric, comment text, watched_at timestamptz)`,
  );
});

type Made = [path: string, body?: unknown, headers?: Record<string, string>];
type Act = () => Made | Promise<Made>;
/** How each operation that leaves a line is made to succeed; the admin acts, who may do all of it. */
const acts: Record<string, Act> = {
  requestExport: async () => {
    await database.pool.query('delete from rowferry.exports');
    return ['/v1/exports', { dataset: 'diary', params: { userId: '1' } }];
  },
  previewExport: () => ['/v1/exports/preview', { dataset: 'diary', params: { userId: '1' } }],
  downloadExport: async () => [`/v1/exports/${await completed()}/download`],
  linkExport: async () => [`/v1/exports/${await completed()}/link`],
  cancelExport: async () => [`/v1/exports/${await fresh()}/cancel`],
  deleteExport: async () => [`/v1/exports/${await fresh()}`],
  retryExport: async () => [`/v1/exports/${await failed()}/retry`],
  expireExport: async () => [`/v1/exports/${await completed()}/expire`],
  addNotifications: async () => [
    `/v1/exports/${await fresh()}/notifications`,
    { email: ['ada@example.org'] },
  ],
  redeliverNotification: async () => {
    const { id, message: told } = await message();
    return [`/v1/exports/${id}/notifications/${told}/redeliver`];
  },
  redeliverAnyNotification: async () => [`/v1/admin/notifications/${(await message()).message}/redeliver`],
  createWebhook: () => ['/v1/webhooks', { url: 'https://hooks.example.org/x' }],
  deleteWebhook: async () => [`/v1/webhooks/${await webhook()}`],
  rotateWebhookSecret: async () => [`/v1/webhooks/${await webhook()}/rotate`],
  enableWebhook: async () => [`/v1/webhooks/${await webhook()}/enable`],
  redeliverToWebhook: async () => {
    const { hook, message: told } = await message();
    return [`/v1/webhooks/${hook}/deliveries/${told}/redeliver`];
  },
  createImport: () => [
    '/v1/imports',
    [
      '--part',
      'Content-Disposition: form-data; name="import"',
      '',
      '{"dataset": "diary", "params": {"userId": "1"}}',
      '--part',
      'Content-Disposition: form-data; name="file"; filename="diary.csv"',
      '',
      'title',
      '--part--',
      '',
    ].join('\r\n'),
    { 'content-type': 'multipart/form-data; boundary=part' },
  ],
  requestBulkExport: async () => {
    await database.pool.query('delete from rowferry.bulk_exports');
    return ['/v1/bulk-exports', { dataset: 'diary', subjects: ['1', '2'] }];
  },
  cancelBulkExport: async () => [`/v1/bulk-exports/${await bulk()}/cancel`],
  retryBulkExport: async () => [`/v1/bulk-exports/${await failedBulk()}/retry`],
  deleteBulkExport: async () => [`/v1/bulk-exports/${await bulk()}`],
  downloadManifest: async () => [`/v1/bulk-exports/${await bulkWithManifest()}/manifest`],
  linkManifest: async () => [`/v1/bulk-exports/${await bulkWithManifest()}/manifest/link`],
  createSchedule: () => ['/v1/schedules', { dataset: 'diary', cron: '0 6 * * 1', params: { userId: '1' } }],
  changeSchedule: async () => [`/v1/schedules/${await schedule()}`, { title: 'Another' }],
  pauseSchedule: async () => [`/v1/schedules/${await schedule()}/pause`],
  resumeSchedule: async () => {
    const id = await schedule();
    await asAdmin('POST', `/v1/schedules/${id}/pause`);
    return [`/v1/schedules/${id}/resume`];
  },
  deleteSchedule: async () => [`/v1/schedules/${await schedule()}`],
};

describe('every act', () => {
  const all = Object.entries<Operation>(operations);

  it('that changes something is named', () => {
    const changing = all.filter(([, { method }]) => method !== 'get');
    expect(changing.filter(([, { audit: act }]) => act === undefined).map(([name]) => name)).toEqual([]);
    const named = all.filter(([, { audit: act }]) => act !== undefined).map(([name]) => name);
    expect(named.sort()).toEqual(Object.keys(acts).sort());
  });

  it.each(
    all.flatMap(([name, { method, audit: act }]) => (act === undefined ? [] : [{ name, method, act }])),
  )('leaves exactly one line: $name', async ({ name, method, act }) => {
    await database.pool.query('delete from rowferry.webhooks; delete from rowferry.schedules');
    const [path, body, headers] = (await acts[name]?.()) ?? [''];
    const before = await count();
    const response = await asAdmin(method.toUpperCase(), path, body, headers);
    expect(response.status).toBeLessThan(400);
    const [line] = (await read()).entries;
    expect(await count()).toBe(before + 1);
    expect(line).toMatchObject({ act, actor: { kind: 'key', subject: 'operator', role: 'admin' } });
    expect(line?.object?.id).toBeTruthy();
  });

  it('that did not take place leaves none', async () => {
    const id = await completed();
    const before = await count();
    await expectProblem(await asAdmin('POST', `/v1/exports/${id}/cancel`), 409, 'already_ended');
    await expectProblem(await asAdmin('POST', `/v1/exports/${id}/retry`), 409, 'not_failed');
    await expectProblem(await asAdmin('DELETE', `/v1/exports/${randomUUID()}`), 404, 'not_found');
    expect(await count()).toBe(before);
  });
});

describe('a line', () => {
  it('says who in whose name, from where, with what and as which request', async () => {
    const { id: keyId, key } = await new ApiKeys(database.pool).create({
      role: 'admin',
      subject: 'back-end',
      scopes: ['read', 'write', 'act-as'],
    });
    const response = await api.call('POST', '/v1/exports', {
      key,
      body: { dataset: 'diary' },
      headers: {
        'rowferry-subject': '4712',
        'x-forwarded-for': '203.0.113.9, 198.51.100.7',
        'user-agent': `curl/${'8'.repeat(2000)}`,
      },
    });
    const { id } = (await response.json()) as { id: string };
    const [line] = (await read(`&object=${id}`)).entries;
    expect(line).toMatchObject({
      act: 'export.requested',
      actor: { kind: 'key', subject: 'back-end', role: 'user', keyId, actedAs: '4712' },
      object: { kind: 'export', id },
      details: { outcome: 'created', dataset: 'diary', role: 'user', params: { userId: '4712' } },
      // The nearest proxy is believed, and nothing that a client says of itself.
      ip: '198.51.100.7',
    });
    expect(line?.userAgent).toHaveLength(300);
    expect(line?.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells a request that found its export there already from one that made it', async () => {
    await database.pool.query('delete from rowferry.exports');
    const send = async (key: string) => {
      const response = await api.call('POST', '/v1/exports', {
        body: { dataset: 'diary' },
        headers: { 'idempotency-key': key },
      });
      return ((await response.json()) as { id: string }).id;
    };
    const id = await send('one');
    await send('two');
    await send('one');
    const { entries } = await read(`&object=${id}`);
    expect(entries.map(({ details }) => details['outcome'])).toEqual(['replayed', 'joined', 'created']);
  });

  it('of a bulk export says how many subjects and which query, and what a retry makes again', async () => {
    const id = await failedBulk();
    await asAdmin('POST', `/v1/bulk-exports/${id}/retry`);
    const { entries } = await read(`&object=${id}`);
    expect(entries.map(({ act, object, details }) => ({ act, object, details }))).toEqual([
      {
        act: 'bulk.retried',
        object: { kind: 'bulk-export', id },
        details: { round: 2, subjects: 2 },
      },
      {
        act: 'bulk.requested',
        object: { kind: 'bulk-export', id },
        details: {
          outcome: 'created',
          dataset: 'diary',
          format: 'csv',
          subjects: 2,
          params: {},
          source: { kind: 'list' },
        },
      },
    ]);
    const before = await count();
    await expectProblem(await asAdmin('POST', `/v1/bulk-exports/${id}/retry`), 409, 'nothing_to_retry');
    await expectProblem(await asAdmin('GET', `/v1/bulk-exports/${id}/manifest`), 409, 'not_ready');
    await asAdmin('POST', `/v1/bulk-exports/${id}/cancel`);
    await asAdmin('POST', `/v1/bulk-exports/${id}/cancel`);
    expect(await count()).toBe(before + 1);
  });

  it('is not changed, removed or emptied by anybody', async () => {
    await request();
    for (const statement of [
      `update rowferry.audit_log set act = 'nothing'`,
      'delete from rowferry.audit_log',
      'truncate rowferry.audit_log',
      // The way of the purge, but for young lines.
      `begin; set local rowferry.forgets_audit = 'on'; delete from rowferry.audit_log`,
    ]) {
      const client = await database.pool.connect();
      await expect(client.query(statement), statement).rejects.toThrow('append-only');
      await client.query('rollback');
      client.release();
    }
  });

  it('goes when its time is over, and no other with it', async () => {
    const old = async (days: number) => {
      const object = { kind: 'test', id: randomUUID() };
      const by = { kind: 'system' } as const;
      await audit(database.pool, { tenant: 'old', by, act: 'export.deleted', object });
      // As only who may change the table can.
      await database.pool.query(
        `alter table rowferry.audit_log disable trigger audit_log_rows;
         update rowferry.audit_log set at = now() - interval '${days} days' where object_id = '${object.id}';
         alter table rowferry.audit_log enable trigger audit_log_rows`,
      );
      return object.id;
    };
    const [gone, stays] = [await old(31), await old(29)];
    const auditLog = new AuditLog(database.pool);
    // For ever.
    await forgetAudit({ auditLog, retentionDays: 0 }).run();
    const left = async () => {
      const { rows } = await database.pool.query<{ id: string }>(
        'select object_id as id from rowferry.audit_log where object_id in ($1, $2) order by at',
        [gone, stays],
      );
      return rows.map(({ id }) => id);
    };
    expect(await left()).toEqual([gone, stays]);
    await forgetAudit({ auditLog, retentionDays: 30 }).run();
    expect(await left()).toEqual([stays]);
  });
});

it('tells once of an address that is refused for guessing, to nobody’s tenant and without the guess', async () => {
  const guess = (time: number) =>
    api.call('GET', '/v1/exports', {
      key: `rwf_guess${time}`,
      headers: { 'x-forwarded-for': '192.0.2.77' },
    });
  for (let time = 0; time < 8; time++) await guess(time);
  const lines = async () => {
    const { rows } = await database.pool.query<Record<string, unknown>>(
      `select tenant, actor_kind, actor_subject, ip, details::text from rowferry.audit_log
        where act = 'access.address_refused'`,
    );
    return rows;
  };
  const line = { tenant: null, actor_kind: 'unknown', actor_subject: null, ip: '192.0.2.77', details: '{}' };
  await expect.poll(lines).toEqual([line]);
  expect((await read('&act=access.address_refused')).entries).toEqual([]);
});

it('has none of the secrets that went by', async () => {
  const canary = `canary-${randomBytes(12).toString('hex')}`;
  const keys = new ApiKeys(database.pool);
  const { id: keyId, key } = await keys.create(
    { role: 'admin', subject: 'c' },
    { kind: 'cli', subject: 'root' },
  );
  const body = {
    dataset: 'diary',
    params: { userId: '77' },
    notify: { email: [`${canary}@example.org`], webhook: { url: `https://hooks.example.org/${canary}` } },
  };
  const asked = await api.call('POST', '/v1/exports', { key, body, headers: { 'idempotency-key': canary } });
  const { notify } = (await asked.json()) as { notify: { webhook: { secret: string } } };
  const hook = await api.call('POST', '/v1/webhooks', {
    key,
    body: { url: `https://hooks.example.org/${canary}?token=${canary}` },
  });
  const { secret } = (await hook.json()) as { secret: string };
  const scheduled = await api.call('POST', '/v1/schedules', {
    key,
    body: { ...body, cron: '0 6 * * 1', title: canary },
  });
  const { webhookSecret } = (await scheduled.json()) as { webhookSecret: string };
  expect([asked.status, hook.status, scheduled.status]).toEqual([202, 201, 201]);
  expect([notify.webhook.secret, secret, webhookSecret]).toEqual(
    Array(3).fill(expect.stringMatching(/^whsec_/)),
  );
  await keys.revoke(keyId, { kind: 'cli', subject: 'root' });
  const { rows } = await database.pool.query('select * from rowferry.audit_log');
  const text = JSON.stringify(rows);
  expect(text).toContain('key.revoked');
  for (const hidden of [canary, key, key.slice(0, 10), notify.webhook.secret, secret, webhookSecret]) {
    expect(text.includes(hidden)).toBe(false);
  }
});

describe('what was refused', () => {
  it('is written down, so many times a minute', async () => {
    const keys = new ApiKeys(database.pool);
    const { key } = await keys.create({ tenant: 'initech', role: 'user', subject: 'curious' });
    const { key: admin } = await keys.create({ tenant: 'initech', role: 'admin', subject: 'boss' });
    for (let i = 0; i < PER_MINUTE * 2; i++) {
      await expectProblem(await api.call('GET', '/v1/webhooks', { key }), 403, 'forbidden');
    }
    const lines = await until(async () => {
      const { entries } = await read('&act=access.forbidden', admin);
      return entries.length >= PER_MINUTE && entries;
    });
    expect(lines).toHaveLength(PER_MINUTE);
    expect(lines.at(-1)).toMatchObject({
      actor: { subject: 'curious' },
      details: { method: 'GET', path: '/v1/webhooks' },
    });
    expect(lines.filter(({ details }) => details['furtherOnesAreLeftOut'] === true)).toHaveLength(1);
  });

  it('is a revoked key that comes back, too', async () => {
    const keys = new ApiKeys(database.pool);
    const { id, key } = await keys.create({ tenant: 'hooli', role: 'user', subject: 'gone' });
    const { key: admin } = await keys.create({ tenant: 'hooli', role: 'admin', subject: 'boss' });
    await keys.revoke(id);
    await expectProblem(await api.call('GET', '/v1/exports', { key }), 401, 'unauthenticated');
    const [line] = await until(async () => {
      const { entries } = await read('', admin);
      return entries.length > 0 && entries;
    });
    expect(line).toMatchObject({
      act: 'access.key_refused',
      actor: { kind: 'key', subject: 'gone' },
      object: { kind: 'key', id },
      details: { reason: 'revoked' },
    });
  });
});

it('refuses a download that could not be written down', async () => {
  const id = await completed();
  await database.pool.query('alter table rowferry.audit_log rename to audit_log_away');
  try {
    const response = await api.call('GET', `/v1/exports/${id}/download`);
    expect(response.status).toBe(500);
    expect(response.headers.get('location')).toBeNull();
  } finally {
    await database.pool.query('alter table rowferry.audit_log_away rename to audit_log');
  }
});

describe('reading it', () => {
  it('is for admins, of their tenant', async () => {
    await expectProblem(await api.call('GET', '/v1/admin/audit'), 403, 'forbidden');
    const { key } = await new ApiKeys(database.pool).create({
      tenant: 'globex',
      role: 'admin',
      subject: 'x',
    });
    expect((await read('', key)).entries).toEqual([]);
  });

  it('pages through all of it once, whatever comes meanwhile', async () => {
    const since = new Date(Date.now() - 60_000).toISOString();
    for (let i = 0; i < 7; i++) await fresh();
    const expected = (await read(`&from=${since}&act=export.requested`)).entries.map(({ id }) => id);
    const seen: string[] = [];
    let next: string | null = `/v1/admin/audit?limit=3&from=${since}&act=export.requested`;
    while (next !== null) {
      const response = await asAdmin('GET', next);
      seen.push(...((await response.json()) as Page).entries.map(({ id }) => id));
      next = /<([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1] ?? null;
      if (seen.length === 3) await fresh();
    }
    expect(seen).toEqual(expected);
  });

  it.each(['cursor=x', 'from=yesterday', 'act=export.stolen', 'actor=%00'])('refuses %s', async (query) => {
    await expectProblem(await asAdmin('GET', `/v1/admin/audit?${query}`), 400, 'invalid_request');
  });
});

describe('the dataset audit-log', () => {
  it('is an export of the tenant’s own lines, as any other', async () => {
    const { key } = await new ApiKeys(database.pool).create({
      tenant: 'umbrella',
      role: 'admin',
      subject: 'auditor',
    });
    await expectProblem(
      await api.call('POST', '/v1/exports', {
        key,
        body: { dataset: 'audit-log', params: { tenant: 'default' } },
      }),
      403,
      'forbidden',
    );
    await until(async () => (await read('&act=access.forbidden', key)).entries.length === 1);
    const asked = await api.call('POST', '/v1/exports', { key, body: { dataset: 'audit-log' } });
    const { id, params } = (await asked.json()) as { id: string; params: object };
    expect(params).toEqual({ tenant: 'umbrella' });
    const fixture = createWorkerFixture(database, storage.store);
    const processor = fixture.createProcessor({ dataset: auditLogDataset });
    await processor.process(id, new AbortController().signal);
    const record = await fixture.records.find('umbrella', id);
    expect(record).toMatchObject({ status: 'completed', rows: 2, files: [{ encoder: { path: 'bytes' } }] });
    const link = (await api.call('GET', `/v1/exports/${id}/download`, { key })).headers.get('location') ?? '';
    const lines = (await (await fetch(link)).text()).trimEnd().split('\n');
    expect(lines[0]).toBe(auditLogDataset.columns.map(({ name }) => name).join(','));
    expect(lines[1]).toContain(',access.forbidden,');
    expect(lines[2]).toContain(`,export.requested,export,${id},`);
    expect(lines).toHaveLength(3);
  });

  it('is not for users, and not even named to them', async () => {
    const names = async (key: string) =>
      (
        (await (await api.call('GET', '/v1/datasets', { key })).json()) as { datasets: { name: string }[] }
      ).datasets.map(({ name }) => name);
    expect(await names(api.keys.first)).toEqual(['diary', 'diary-letterboxd', 'my-data', 'profile']);
    expect(await names(api.keys.admin)).toContain('audit-log');
  });
});
