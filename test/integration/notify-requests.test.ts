import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { ExportNotifications } from '../../src/db/export-notifications.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import { ExportQueue } from '../../src/queue/export-queue.ts';
import { createNotificationFixture } from '../support/notification-fixture.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { AUDIENCE, hs256, ISSUER, SECRET } from '../support/tokens.ts';

const database = useTestDatabase();
const storage = useTestStore();
const settings = {
  AUTH_JWT_SECRET: SECRET,
  AUTH_JWT_ISSUER: ISSUER,
  AUTH_JWT_AUDIENCE: AUDIENCE,
  SMTP_URL: 'smtp://127.0.0.1:25',
  MAIL_FROM: 'exports@example.org',
  PUBLIC_URL: 'https://exports.example.org',
  NOTIFY_EMAIL_DOMAINS: 'staff.example.org',
  NOTIFY_MAX_TARGETS: '3',
  WEBHOOK_SECRET_KEY: 'a key for tests of at least 32 characters',
};
const api = useTestApi(database, storage, undefined, { settings });
const without = useTestApi(database, storage);

interface Export {
  id: string;
  notify?: { email: string[]; webhook: { url: string; secret: string } | null };
}
const HOOK = 'https://hooks.example.org/';
const newSubject = () => randomUUID().replace(/\D/g, '').slice(0, 15);
const tokenOf = (email?: string, claims = {}) =>
  hs256({ sub: newSubject(), ...(email === undefined ? {} : { email }), ...claims });
const ask = (key: string, notify: unknown, headers: Record<string, string> = {}) =>
  api.call('POST', '/v1/exports', { key, body: { dataset: 'diary', notify }, headers });
const askAsAdmin = (notify: unknown) =>
  api.call('POST', '/v1/exports', {
    key: api.keys.admin,
    body: { dataset: 'diary', params: { userId: newSubject() }, notify },
  });
const read = async (response: Response) => (await response.json()) as Export;
const recipientsOf = async (id: string) => {
  const { rows } = await database.pool.query<{ address: string }>(
    'select address from rowferry.email_recipients where export_id = $1 order by address',
    [id],
  );
  return rows.map(({ address }) => address);
};

describe('e-mail', () => {
  it('goes to the address in one’s own token', async () => {
    const response = await ask(await tokenOf('Anna@Example.org'), { email: true });
    expect(response.status).toBe(202);
    const { id, notify } = await read(response);
    expect(notify).toEqual({ email: ['Anna@Example.org'], webhook: null });
    expect(await recipientsOf(id)).toEqual(['Anna@Example.org']);
    expect((await ask(await tokenOf('anna@example.org'), { email: ['anna@EXAMPLE.org'] })).status).toBe(202);
    expect((await ask(await tokenOf('Anna@Example.org'), { email: ['Anna@Example.org'] })).status).toBe(202);
    const other = await ask(await tokenOf('Anna@Example.org'), { email: ['anna@example.org'] });
    await expectProblem(other, 403, 'forbidden');
  });

  it('goes to the domains that the operator opened, and to each address once', async () => {
    const asked = { email: ['ben@staff.example.org', 'ben@STAFF.example.org'] };
    const { id } = await read(await ask(await tokenOf(), asked));
    expect(await recipientsOf(id)).toEqual(['ben@staff.example.org']);
  });

  it.each([
    ['somebody else', 'ben@example.org'],
    ['a domain that only ends like an open one', 'ben@notstaff.example.org'],
    ['a domain below an open one', 'ben@evil.staff.example.org'],
    ['a name that looks like an open domain', '"x@staff.example.org"@example.com'],
  ])('does not go from a user to %s', async (_name, address) => {
    const response = await ask(await tokenOf('anna@example.org'), { email: [address] });
    expect([400, 403]).toContain(response.status);
    const { rows } = await database.pool.query('select from rowferry.email_recipients where address = $1', [
      address,
    ]);
    expect(rows).toEqual([]);
  });

  it('does not go to an address that its issuer has not verified', async () => {
    const token = await tokenOf('victim@example.org', { email_verified: false });
    await expectProblem(await ask(token, { email: true }), 400, 'invalid_request');
    await expectProblem(await ask(token, { email: ['victim@example.org'] }), 403, 'forbidden');
  });

  it('needs an address where the credential has none', async () => {
    const { key } = await new ApiKeys(database.pool).create({ role: 'user', subject: newSubject() });
    const problem = await expectProblem(await ask(key, { email: true }), 400, 'invalid_request');
    expect(problem.errors?.[0]?.pointer).toBe('/notify/email');
  });

  it('goes to whom an admin names, and to whom a back end names for its user', async () => {
    expect((await askAsAdmin({ email: ['anybody@elsewhere.example'] })).status).toBe(202);
    const { key } = await new ApiKeys(database.pool).create({
      role: 'admin',
      subject: 'back end',
      scopes: ['read', 'write', 'act-as'],
    });
    const headers = { 'rowferry-subject': newSubject() };
    expect((await ask(key, { email: ['anybody@elsewhere.example'] }, headers)).status).toBe(202);
  });

  it.each([
    ['no address', ['anna']],
    ['a header', ['anna@example.org\r\nBcc: ben@example.org']],
    ['two addresses in one', ['anna@example.org,ben@example.org']],
    ['a name', ['Anna <anna@example.org>']],
    ['nobody', []],
    ['a word', 'anna@example.org'],
    ['no', false],
    ['too many', ['a@example.org', 'b@example.org', 'c@example.org', 'd@example.org']],
    ['a long one', [`${'a'.repeat(250)}@example.org`]],
  ])('is refused for %s', async (_name, email) => {
    const problem = await expectProblem(await askAsAdmin({ email }), 400, 'invalid_request');
    expect(problem.errors?.[0]?.pointer).toMatch(/^\/notify/);
  });

  it('is refused where there is no mail server', async () => {
    const body = { dataset: 'diary', params: { userId: '1' }, notify: { email: ['anna@example.org'] } };
    const response = await without.call('POST', '/v1/exports', { key: without.keys.admin, body });
    const problem = await expectProblem(response, 400, 'invalid_request');
    expect(problem.errors?.[0]).toMatchObject({ pointer: '/notify/email' });
  });
});

describe('a webhook of one export', () => {
  it('is answered with its secret, which nothing shows later', async () => {
    const token = await tokenOf();
    const response = await ask(token, { webhook: { url: HOOK } });
    expect(response.status).toBe(202);
    const { id, notify } = await read(response);
    expect(notify?.webhook).toMatchObject({ url: HOOK });
    expect(notify?.webhook?.secret).toMatch(/^whsec_/);
    for (const path of [`/v1/exports/${id}`, '/v1/exports', `/v1/exports/${id}/notifications`]) {
      const text = await (await api.call('GET', path, { key: token })).text();
      expect(text).not.toContain('whsec_');
    }
  });

  it('has the same secret when the request is sent again, since its answer may have been lost', async () => {
    const token = await tokenOf();
    const first = await read(await ask(token, { webhook: { url: HOOK } }, { 'idempotency-key': 'one' }));
    const replayed = await read(await ask(token, { webhook: { url: HOOK } }, { 'idempotency-key': 'one' }));
    const joined = await read(await ask(token, { webhook: { url: HOOK } }));
    expect(replayed).toEqual(first);
    expect(joined.notify).toEqual(first.notify);
  });

  it('is answered, and its export is in the queue, when the database goes away after the commit', async () => {
    const gone = () => Promise.reject(new Error('Connection terminated unexpectedly'));
    const webhookOf = vi.spyOn(ExportNotifications.prototype, 'webhookOf').mockImplementation(gone);
    const places = vi.spyOn(ExportRecords.prototype, 'places').mockImplementation(gone);
    onTestFinished(() => {
      webhookOf.mockRestore();
      places.mockRestore();
    });
    const token = await tokenOf();
    const response = await ask(token, { webhook: { url: HOOK } });
    expect(response.status).toBe(202);
    const { id, notify } = await read(response);
    const backend = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX } as const;
    const queue = new ExportQueue({ backend, timeoutMs: 5000, logger: pino({ level: 'silent' }) });
    onTestFinished(() => queue.close());
    await vi.waitUntil(() => queue.has({ id, lane: 'normal' }), { timeout: 5000 });
    webhookOf.mockRestore();
    expect((await read(await ask(token, { webhook: { url: HOOK } }))).notify).toEqual(notify);
  });

  it('is another request for the Idempotency-Key when it goes elsewhere', async () => {
    const token = await tokenOf();
    await ask(token, { webhook: { url: HOOK } }, { 'idempotency-key': 'one' });
    const other = await ask(token, { webhook: { url: `${HOOK}other` } }, { 'idempotency-key': 'one' });
    await expectProblem(other, 422, 'idempotency_key_reused');
  });

  it.each(['https://127.0.0.1/', 'http://hooks.example.org/', 'https://hooks.example.org:6379/'])(
    'does not go to %s',
    async (url) => {
      const problem = await expectProblem(
        await ask(await tokenOf(), { webhook: { url } }),
        400,
        'invalid_request',
      );
      expect(problem.errors?.[0]?.pointer).toBe('/notify/webhook/url');
    },
  );

  it('is refused where there are none', async () => {
    const body = { dataset: 'diary', notify: { webhook: { url: HOOK } } };
    const response = await without.call('POST', '/v1/exports', { key: without.keys.first, body });
    const problem = await expectProblem(response, 400, 'invalid_request');
    expect(problem.errors?.[0]).toMatchObject({ pointer: '/notify/webhook' });
  });
});

describe('an export under way', () => {
  it('tells those too who ask for the same meanwhile, up to a limit', async () => {
    const token = await tokenOf('anna@example.org');
    const { id } = await read(await ask(token, { email: true }));
    const joined = await ask(token, { email: ['ben@staff.example.org'], webhook: { url: HOOK } });
    expect(joined.status).toBe(200);
    expect((await read(joined)).id).toBe(id);
    expect(await recipientsOf(id)).toEqual(['anna@example.org', 'ben@staff.example.org']);
    await expectProblem(await ask(token, { email: ['carol@staff.example.org'] }), 409, 'too_many_targets');
    expect(await recipientsOf(id)).toHaveLength(2);
    // Nobody is told twice.
    expect((await ask(token, { email: true })).status).toBe(200);
    const fixture = createNotificationFixture(database);
    await fixture.complete(id);
    expect(await fixture.rowsOf(id)).toHaveLength(3);
  });

  it('does not end unheard while somebody joins', async () => {
    const fixture = createNotificationFixture(database);
    for (let round = 0; round < 20; round++) {
      const token = await tokenOf('anna@example.org');
      const { id } = await read(await ask(token, {}));
      const [joined] = await Promise.all([ask(token, { email: true }), fixture.complete(id)]);
      const answered = await read(joined);
      // Either it was joined in time and tells, or it had ended and another was made.
      if (answered.id === id) expect(await fixture.rowsOf(id)).toHaveLength(1);
      else expect(await recipientsOf(answered.id)).toEqual(['anna@example.org']);
    }
  });
});

describe('what became of the messages', () => {
  interface Notification {
    id: string;
    channel: string;
    target: string | null;
    webhookId: string | null;
    state: string;
  }
  const listOf = async (id: string, key: string) => {
    const response = await api.call('GET', `/v1/exports/${id}/notifications`, { key });
    return ((await response.json()) as { notifications: Notification[] }).notifications;
  };

  it('is told to whoever may see the export; what the tenant’s webhooks hear, to its admins', async () => {
    const fixture = createNotificationFixture(database);
    const hook = await fixture.webhook('https://tenant.example.org/');
    const token = await tokenOf('anna@example.org');
    const { id } = await read(await ask(token, { email: true, webhook: { url: HOOK } }));
    await fixture.complete(id);
    const own = await listOf(id, token);
    expect(own.map(({ target }) => target).sort()).toEqual(['anna@example.org', HOOK]);
    const all = await listOf(id, api.keys.admin);
    expect(all).toHaveLength(3);
    expect(all).toContainEqual(
      expect.objectContaining({ target: null, webhookId: hook.id, state: 'pending' }),
    );
    await expectProblem(
      await api.call('GET', `/v1/exports/${id}/notifications`, { key: api.keys.second }),
      404,
      'not_found',
    );

    const redeliver = (message: Notification | undefined, key: string) =>
      api.call('POST', `/v1/exports/${id}/notifications/${message?.id ?? ''}/redeliver`, { key });
    const byUrl = own.find(({ channel }) => channel === 'webhook');
    const byMail = own.find(({ channel }) => channel === 'email');
    const ofTenant = all.find(({ webhookId }) => webhookId === hook.id);
    expect((await redeliver(byUrl, token)).status).toBe(202);
    await expectProblem(await redeliver(byMail, token), 404, 'not_found');
    await expectProblem(await redeliver(ofTenant, token), 404, 'not_found');
    expect((await redeliver(ofTenant, api.keys.admin)).status).toBe(202);
  });
});

describe('whoever is added to an export that is there', () => {
  it('hears of that one, within the limits and rights of a request', async () => {
    const token = await tokenOf('anna@example.org');
    const { id } = await read(await ask(token, undefined));
    const add = (body: unknown) => api.call('POST', `/v1/exports/${id}/notifications`, { key: token, body });
    const response = await add({ email: true });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ email: ['anna@example.org'], webhook: null });
    expect((await add({ email: ['anna@example.org'] })).status).toBe(200);
    await expectProblem(await add({ email: ['stranger@elsewhere.example'] }), 403, 'forbidden');
    expect((await add({ email: ['a@staff.example.org', 'b@staff.example.org'] })).status).toBe(200);
    await expectProblem(await add({ email: ['c@staff.example.org'] }), 409, 'too_many_targets');
    expect(await recipientsOf(id)).toEqual([
      'a@staff.example.org',
      'anna@example.org',
      'b@staff.example.org',
    ]);
  });

  it('is refused once it has ended, and nothing is made in its stead', async () => {
    const token = await tokenOf('anna@example.org');
    const { id } = await read(await ask(token, undefined));
    expect((await api.call('POST', `/v1/exports/${id}/cancel`, { key: token })).status).toBe(200);
    const response = await api.call('POST', `/v1/exports/${id}/notifications`, {
      key: token,
      body: { email: true },
    });
    await expectProblem(response, 409, 'already_ended');
    expect(await recipientsOf(id)).toEqual([]);
    const list = (await (await api.call('GET', '/v1/exports', { key: token })).json()) as {
      exports: unknown[];
    };
    expect(list.exports).toHaveLength(1);
  });
});
