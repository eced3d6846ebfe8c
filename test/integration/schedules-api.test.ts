// Schedules as clients see them; what they do is in schedules.test.ts.
import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { NewApiKey } from '../../src/db/api-keys.ts';
import { scheduleEndpoints } from '../support/endpoints.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const api = useTestApi(database, useTestStore(), undefined, {
  settings: {
    WEBHOOK_SECRET_KEY: randomBytes(32).toString('base64'),
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'exports@example.org',
    PUBLIC_URL: 'https://exports.example.org',
    // On a busy machine: how soon it answers is tested elsewhere.
    API_ANSWER_TIMEOUT_MS: '10000',
    SCHEDULE_MAX_PER_SUBJECT: '3',
    SCHEDULE_MAX_PER_TENANT: '5',
  },
});

interface Schedule {
  id: string;
  title: string;
  cron: string;
  paused: { reason: string } | null;
  nextRuns: string[];
  webhookSecret?: string;
  notify: { email: string[]; webhook: { url: string } | null };
  [member: string]: unknown;
}

const weekly = { dataset: 'diary', cron: '0 6 * * 1', timeZone: 'Europe/Berlin' };
const post = (body: object, key = api.keys.first) => api.call('POST', '/v1/schedules', { key, body });
const create = async (body: object = weekly, key = api.keys.first) =>
  (await (await post(body, key)).json()) as Schedule;
const act = async (
  method: string,
  path: string,
  { key = api.keys.first, body }: { key?: string; body?: object } = {},
) =>
  (await (
    await api.call(method, `/v1/schedules/${path}`, { key, ...(body && { body }) })
  ).json()) as Schedule;
const keyOf = async (values: NewApiKey) => (await new ApiKeys(database.pool).create(values)).key;

beforeEach(() => database.pool.query('delete from rowferry.schedules'));

describe('a schedule', () => {
  it('is made, shown with its next five times, and listed', async () => {
    const response = await post({ ...weekly, title: 'Every Monday' });
    expect(response.status).toBe(201);
    const made = (await response.json()) as Schedule;
    expect(response.headers.get('location')).toBe(`/v1/schedules/${made.id}`);
    expect(made).toMatchObject({
      title: 'Every Monday',
      params: { userId: '1' },
      format: 'csv',
      formats: ['csv'],
      subject: '1',
      role: 'user',
      paused: null,
      lastRun: null,
    });
    expect(made.nextRuns).toHaveLength(5);
    for (const time of made.nextRuns) {
      const shown = new Intl.DateTimeFormat('en-GB', {
        timeZone: 'Europe/Berlin',
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
      });
      expect(shown.format(new Date(time))).toBe('Mon 06:00');
    }
    expect(await act('GET', made.id)).toEqual(made);
    const page = await (await api.call('GET', '/v1/schedules')).json();
    expect(page).toEqual({ schedules: [made], nextCursor: null });
    expect(await (await api.call('GET', `/v1/schedules/${made.id}/runs`)).json()).toEqual({ runs: [] });
  });

  it('is changed, paused, resumed and deleted', async () => {
    const { id } = await create();
    const changed = await act('PATCH', id, { body: { cron: '30 7 1 * *', format: 'json' } });
    expect(changed).toMatchObject({ cron: '30 7 1 * *', format: 'json', title: 'Film diary' });
    const paused = await act('POST', `${id}/pause`);
    expect(paused).toMatchObject({ paused: { reason: 'Somebody paused it.' }, nextRuns: [] });
    expect(await act('POST', `${id}/pause`)).toEqual(paused);
    expect((await act('PATCH', id, { body: { title: 'Still paused' } })).paused).toEqual(paused.paused);
    const resumed = await act('POST', `${id}/resume`);
    expect(resumed).toMatchObject({ paused: null, title: 'Still paused' });
    expect(resumed.nextRuns).toHaveLength(5);
    expect((await api.call('DELETE', `/v1/schedules/${id}`)).status).toBe(204);
    await expectProblem(await api.call('GET', `/v1/schedules/${id}`), 404, 'not_found');
  });

  it('has several formats, as an export has, until it is given others', async () => {
    const made = await create({ ...weekly, formats: ['csv', 'xlsx'], options: { compression: 'gzip' } });
    const both = { format: 'csv', formats: ['csv', 'xlsx'] };
    expect(made).toMatchObject(both);
    expect(await act('PATCH', made.id, { body: { title: 'Both' } })).toMatchObject(both);
    const { rows } = await database.pool.query(
      `select details -> 'formats' as formats from rowferry.audit_log
        where object_id = $1 and act = 'schedule.created'`,
      [made.id],
    );
    expect(rows).toEqual([{ formats: both.formats }]);
    const turned = await act('PATCH', made.id, { body: { formats: ['json', 'csv'] } });
    expect(turned).toMatchObject({ format: 'json', formats: ['json', 'csv'] });
    const one = await act('PATCH', made.id, { body: { format: 'tsv' } });
    expect(one).toMatchObject({ format: 'tsv', formats: ['tsv'] });
    for (const [body, pointer] of [
      [{ format: 'csv', formats: ['csv'] }, '/format'],
      [{ formats: ['csv', 'zip'] }, '/formats/1'],
      [{ formats: ['xlsx'] }, '/options/compression'],
    ] as const) {
      const response = await api.call('PATCH', `/v1/schedules/${made.id}`, { body });
      const { errors } = await expectProblem(response, 400, 'invalid_request');
      expect(errors?.[0]?.pointer).toBe(pointer);
    }
    const byAdmin = { key: api.keys.admin, body: { formats: ['csv'] } };
    const response = await api.call('PATCH', `/v1/schedules/${made.id}`, byAdmin);
    await expectProblem(response, 403, 'forbidden');
  });

  it('takes the key that its owner goes on with, and leaves it alone for an admin', async () => {
    const keys = new ApiKeys(database.pool);
    const owner = { role: 'user', subject: '1' } as const;
    const [first, second] = [await keys.create(owner), await keys.create(owner)];
    const keyOfIt = async () => {
      const { rows } = await database.pool.query<{ key: string }>(
        'select key_id as key from rowferry.schedules',
      );
      return rows.map(({ key }) => key);
    };
    const { id } = await create(weekly, first.key);
    for (const [key, expected] of [
      [api.keys.admin, first.id],
      [second.key, second.id],
    ] as const) {
      await act('POST', `${id}/pause`, { key });
      expect((await act('POST', `${id}/resume`, { key })).paused).toBeNull();
      expect(await keyOfIt()).toEqual([expected]);
    }
  });

  it('is still shown when its time zone is not known any more, and says so when it is to go on', async () => {
    const { id } = await create();
    const other = await create();
    await database.pool.query(`update rowferry.schedules set time_zone = 'Mars/Olympus' where id = $1`, [id]);
    const page = (await (await api.call('GET', '/v1/schedules')).json()) as { schedules: Schedule[] };
    expect(page.schedules.map((one) => [one.id, one.nextRuns.length])).toEqual([
      [other.id, 5],
      [id, 1],
    ]);
    await act('POST', `${id}/pause`);
    const response = await api.call('POST', `/v1/schedules/${id}/resume`);
    const { errors } = await expectProblem(response, 400, 'invalid_request');
    expect(errors).toMatchObject([{ pointer: '/timeZone' }]);
    const mended = await api.call('PATCH', `/v1/schedules/${id}`, { body: { timeZone: 'UTC' } });
    expect(mended.status).toBe(200);
    expect((await act('POST', `${id}/resume`)).nextRuns).toHaveLength(5);
  });

  it('tells the secret of its webhook once, and keeps it sealed', async () => {
    const webhook = { url: 'https://hooks.example.org/exports' };
    const { webhookSecret = '', ...made } = await create({ ...weekly, notify: { webhook } });
    expect(webhookSecret).toMatch(/^whsec_/);
    expect(await act('GET', made.id)).toEqual(made);
    const { rows } = await database.pool.query<{ secret: Buffer }>(
      'select webhook_secret as secret from rowferry.schedules',
    );
    expect(rows[0]?.secret.includes(webhookSecret)).toBe(false);
    const { webhookSecret: none, ...kept } = await act('PATCH', made.id, { body: { title: 'X' } });
    expect(none).toBeUndefined();
    expect(kept.notify).toEqual({ email: [], webhook });
  });

  it.each([
    [{ ...weekly, cron: '* * * * * *' }, '/cron'],
    [{ ...weekly, cron: '0 25 * * *' }, '/cron'],
    [{ ...weekly, cron: '*/5 * * * *' }, '/cron'],
    [{ ...weekly, cron: '0,5 0 1 1 *' }, '/cron'],
    [{ ...weekly, cron: '0 0 30 2 *' }, '/cron'],
    [{ ...weekly, cron: 'x'.repeat(500) }, '/cron'],
    [{ ...weekly, timeZone: 'Europe/Entenhausen' }, '/timeZone'],
    [{ ...weekly, timeZone: '+02:00' }, '/timeZone'],
    [{ ...weekly, dataset: 'films' }, '/dataset'],
    [{ ...weekly, format: 'csv', formats: ['csv'] }, '/format'],
    [{ ...weekly, formats: [] }, '/formats'],
    [{ ...weekly, formats: ['csv', 'csv'] }, '/formats'],
    [{ ...weekly, formats: ['csv', 'zip'] }, '/formats/1'],
    [{ ...weekly, formats: ['json', 'xlsx'], options: { delimiter: ';' } }, '/options/delimiter'],
    [{ ...weekly, params: { userId: 'x' } }, '/params/userId'],
    [{ ...weekly, title: 'a\nb' }, '/title'],
    [{ ...weekly, interval: 5 }, '/interval'],
    [{ ...weekly, notify: { webhook: { url: 'http://127.0.0.1/' } } }, '/notify/webhook/url'],
  ])('is refused as %o', async (body, pointer) => {
    const problem = await expectProblem(await post(body), 400, 'invalid_request');
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
  });

  it('is one of a few for each subject and each tenant, however many are asked for at once', async () => {
    const statuses = async (key: string) =>
      (await Promise.all(Array.from({ length: 8 }, () => post(weekly, key))))
        .map(({ status }) => status)
        .sort();
    expect(await statuses(api.keys.first)).toEqual([201, 201, 201, 409, 409, 409, 409, 409]);
    expect((await statuses(api.keys.second)).filter((status) => status === 201)).toHaveLength(2);
    await expectProblem(await post(weekly, api.keys.second), 409, 'too_many_schedules');
  });
});

describe('who may', () => {
  it('asks for nobody else’s rows, and tells nobody whom they may not reach', async () => {
    await expectProblem(await post({ ...weekly, params: { userId: '2' } }), 403, 'forbidden');
    await expectProblem(await post({ ...weekly, notify: { email: ['x@example.org'] } }), 403, 'forbidden');
    await expectProblem(await post({ ...weekly, dataset: 'audit-log' }), 403, 'forbidden');
  });

  it('sees and changes their own; an admin all, but not what they ask for', async () => {
    const own = await create();
    const others = await create(weekly, api.keys.second);
    const ids = async (key: string) => {
      const page = (await (await api.call('GET', '/v1/schedules', { key })).json()) as {
        schedules: Schedule[];
      };
      return page.schedules.map(({ id }) => id);
    };
    expect(await ids(api.keys.first)).toEqual([own.id]);
    expect(await ids(api.keys.admin)).toEqual([others.id, own.id]);
    const asAdmin = { key: api.keys.admin };
    expect(await act('PATCH', own.id, { ...asAdmin, body: { cron: '0 8 * * *' } })).toMatchObject({
      cron: '0 8 * * *',
      params: { userId: '1' },
      subject: '1',
    });
    for (const body of [{ params: { userId: '2' } }, { notify: { email: ['x@example.org'] } }]) {
      const response = await api.call('PATCH', `/v1/schedules/${own.id}`, { ...asAdmin, body });
      await expectProblem(response, 403, 'forbidden');
    }
    expect((await act('POST', `${own.id}/pause`, asAdmin)).paused).not.toBeNull();
  });

  it.each(scheduleEndpoints)('is of the same tenant: %s /v1/schedules/{id}%s', async (method, suffix) => {
    const acme = await keyOf({ tenant: 'acme', role: 'user', subject: '1' });
    const { id } = await create(weekly, acme);
    const strangers = [
      await keyOf({ tenant: 'globex', role: 'user', subject: '1' }),
      await keyOf({ tenant: 'globex', role: 'admin', subject: '1' }),
      await keyOf({ tenant: 'acme', role: 'user', subject: '2' }),
      api.keys.admin,
    ];
    for (const key of strangers) {
      const body = method === 'PATCH' ? { body: { title: 'Mine' } } : {};
      const response = await api.call(method, `/v1/schedules/${id}${suffix}`, { key, ...body });
      await expectProblem(response, 404, 'not_found');
    }
    expect(await act('GET', id, { key: acme })).toMatchObject({ title: 'Film diary', paused: null });
  });
});
