// Signing a browser in to the console: what its cookie opens, for whom, for how long, and from which pages.
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { NewApiKey } from '../../src/db/api-keys.ts';
import { completeExport } from '../support/complete-export.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { AUDIENCE, hs256, ISSUER, SECRET } from '../support/tokens.ts';

const database = useTestDatabase();
const storage = useTestStore();
const lines: string[] = [];
const logger = pino(
  { level: 'trace' },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  }),
);
const settings = {
  AUTH_JWT_SECRET: SECRET,
  AUTH_JWT_ISSUER: ISSUER,
  AUTH_JWT_AUDIENCE: AUDIENCE,
  CORS_ORIGINS: 'https://app.example.org',
  CONSOLE_SESSIONS_PER_SUBJECT: '3',
  SMTP_URL: 'smtp://127.0.0.1:25',
  MAIL_FROM: 'exports@example.org',
  PUBLIC_URL: 'http://exports.example.org',
};
const api = useTestApi(database, storage, undefined, { settings, logger });
const behindTls = useTestApi(database, storage, undefined, {
  settings: { ...settings, PUBLIC_URL: 'https://exports.example.org', CONSOLE_QUEUE_PAGE: 'full' },
});

const ours = { 'rowferry-console': '1' };
const newKey = (values: Partial<NewApiKey> = {}) =>
  new ApiKeys(database.pool).create({ role: 'user', subject: '1', ...values });
const ask = (method: string, path: string, headers: Record<string, string>) =>
  fetch(api.url + path, { method, headers, redirect: 'manual' });

/** What the browser keeps. */
async function signIn(credential: string, url = api.url): Promise<{ cookie: string; set: string }> {
  const headers = { ...ours, authorization: `Bearer ${credential}` };
  const response = await fetch(`${url}/session`, { method: 'POST', headers });
  expect(response.status).toBe(200);
  const set = response.headers.get('set-cookie') ?? '';
  return { cookie: set.split(';')[0] ?? '', set };
}
const statusOf = async (cookie: string, path = '/v1/exports') =>
  (await ask('GET', path, { ...ours, cookie })).status;

describe('a session', () => {
  it('is begun by a key and is whoever that is', async () => {
    const { cookie, set } = await signIn(api.keys.admin);
    expect(set).toMatch(/; HttpOnly/);
    expect(set).toMatch(/; SameSite=Lax/);
    expect(set).toMatch(/; Path=\//);
    expect(set).not.toMatch(/Secure/);
    const who = await ask('GET', '/session', { ...ours, cookie });
    expect(await who.json()).toEqual({
      tenant: 'default',
      subject: 'operator',
      roles: ['admin'],
      scopes: ['read', 'write'],
      email: null,
      queuePage: true,
    });
    expect(who.headers.get('cache-control')).toBe('no-store');
    expect(await statusOf(cookie, '/v1/admin/exports')).toBe(200);
    const { cookie: users } = await signIn(api.keys.first);
    expect(await statusOf(users, '/v1/admin/exports')).toBe(403);
  });

  it('never leaves its host, and no other host sets it, where the API is reached by TLS', async () => {
    const { set } = await signIn(behindTls.keys.first, behindTls.url);
    expect(set).toMatch(/^__Host-rowferry=[\w-]{43}; Path=\/; Expires=.*; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('ends with its key', async () => {
    const revoked = await newKey();
    const expired = await newKey({ expiresInSeconds: 3600 });
    const cookies = [(await signIn(revoked.key)).cookie, (await signIn(expired.key)).cookie];
    for (const cookie of cookies) expect(await statusOf(cookie)).toBe(200);
    await new ApiKeys(database.pool).revoke(revoked.id);
    await database.pool.query('update rowferry.api_keys set expires_at = now() where id = $1', [expired.id]);
    for (const cookie of cookies) expect(await statusOf(cookie)).toBe(401);
  });

  it('is not longer than its token, nor than the setting says', async () => {
    const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
    const lifeOf = async (credential: string) => {
      const { set } = await signIn(credential);
      const expires = /Expires=([^;]+)/.exec(set)?.[1] ?? '';
      return (Date.parse(expires) - Date.now()) / 1000;
    };
    // Give or take AUTH_JWT_CLOCK_TOLERANCE_SECONDS.
    expect(await lifeOf(await hs256({ exp: inSeconds(90), email: 'ada@example.org' }))).toBeLessThan(96);
    expect(await lifeOf(await hs256({ exp: inSeconds(7 * 86_400) }))).toBeLessThan(12 * 3600 + 1);
    expect(await lifeOf(api.keys.second)).toBeGreaterThan(12 * 3600 - 60);
  });

  it('is over when somebody signs out, when its time is, and when there are too many others', async () => {
    const { key } = await newKey({ subject: 'often' });
    const { cookie } = await signIn(key);
    const out = await ask('DELETE', '/session', { ...ours, cookie });
    expect(out.status).toBe(204);
    expect(out.headers.get('set-cookie')).toMatch(/^rowferry=; .*1970/);
    expect(await statusOf(cookie)).toBe(401);
    const { cookie: old } = await signIn(key);
    await database.pool.query(`update rowferry.sessions set expires_at = now() where subject = 'often'`);
    expect(await statusOf(old)).toBe(401);
    const cookies: string[] = [];
    for (let place = 0; place < 4; place++) cookies.push((await signIn(key)).cookie);
    expect(await Promise.all(cookies.map((one) => statusOf(one)))).toEqual([401, 200, 200, 200]);
    const { rows } = await database.pool.query(`select from rowferry.sessions where subject = 'often'`);
    expect(rows).toHaveLength(3);
  });

  it('counts only from a page of ours: not from a form, a link or another origin', async () => {
    const { cookie } = await signIn(api.keys.first);
    const made = await api.call('POST', '/v1/exports', { body: { dataset: 'diary' } });
    const { id } = (await made.json()) as { id: string };
    for (const headers of [{ cookie }, { cookie, origin: 'https://app.example.org' }]) {
      expect((await ask('POST', `/v1/exports/${id}/cancel`, headers)).status).toBe(401);
      expect((await ask('DELETE', `/v1/exports/${id}`, headers)).status).toBe(401);
      expect((await ask('DELETE', '/session', headers)).status).toBe(401);
    }
    // A script of an origin that may call the API may not send the header, and gets no cookies along.
    const preflight = await fetch(`${api.url}/v1/exports/${id}/cancel`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example.org',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'rowferry-console',
      },
    });
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).not.toContain('console');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    const session = await fetch(`${api.url}/session`, { headers: { origin: 'https://app.example.org' } });
    expect(session.headers.get('access-control-allow-origin')).toBeNull();
    expect((await api.call('GET', `/v1/exports/${id}`)).status).toBe(200);
  });

  it('is not what counts where there is a credential, good or bad', async () => {
    const { cookie } = await signIn(api.keys.admin);
    const as = (authorization: string) => ask('GET', '/v1/admin/exports', { ...ours, cookie, authorization });
    expect((await as(`Bearer ${api.keys.first}`)).status).toBe(403);
    expect((await as('Bearer nonsense')).status).toBe(401);
    expect((await as('')).status).toBe(401);
  });

  it('is not begun by another session, or by anything that is no credential', async () => {
    const { cookie } = await signIn(api.keys.first);
    const again = await ask('POST', '/session', { ...ours, cookie });
    await expectProblem(again, 400, 'invalid_request');
    for (const authorization of ['Bearer rwf_unknown', `Bearer ${await hs256({ aud: 'another' })}`]) {
      const response = await ask('POST', '/session', { ...ours, authorization });
      await expectProblem(response, 401, 'unauthenticated');
      expect(response.headers.get('set-cookie')).toBeNull();
    }
    await expectProblem(await ask('PUT', '/session', { ...ours, cookie }), 405, 'method_not_allowed');
    for (const secret of ['', 'x', 'x'.repeat(43), 'x'.repeat(5000)]) {
      expect(await statusOf(`rowferry=${secret}`)).toBe(401);
    }
  });

  it('lets those who may only read look, and no more', async () => {
    const { key } = await newKey({ subject: 'reader', scopes: ['read'] });
    const { cookie } = await signIn(key);
    expect(await statusOf(cookie)).toBe(200);
    const headers = { ...ours, cookie, 'content-type': 'application/json' };
    const response = await fetch(`${api.url}/v1/exports`, {
      method: 'POST',
      headers,
      body: '{"dataset":"diary"}',
    });
    await expectProblem(response, 403, 'forbidden');
  });

  it('that a back end began for its user is nobody else’s, and may not have messages sent to others', async () => {
    const { key } = await newKey({ subject: 'back end', scopes: ['read', 'write', 'act-as'] });
    const begun = await ask('POST', '/session', {
      ...ours,
      authorization: `Bearer ${key}`,
      'rowferry-subject': '42',
    });
    expect(await begun.json()).toMatchObject({ subject: '42', roles: ['user'], scopes: ['read', 'write'] });
    const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const who = await ask('GET', '/session', { ...ours, cookie });
    expect(await who.json()).toMatchObject({ subject: '42', scopes: ['read', 'write'] });
    for (const path of ['/session', '/v1/exports']) {
      const other = await ask('GET', path, { ...ours, cookie, 'rowferry-subject': '43' });
      await expectProblem(other, 403, 'forbidden');
    }
    const response = await fetch(`${api.url}/v1/exports`, {
      method: 'POST',
      headers: { ...ours, cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ dataset: 'diary', notify: { email: ['anybody@elsewhere.example'] } }),
    });
    await expectProblem(response, 403, 'forbidden');
  });

  it('leaves lines in the audit log, and its secret nowhere', async () => {
    const { id, key } = await newKey({ subject: 'traced' });
    const { cookie } = await signIn(key);
    await statusOf(cookie);
    await ask('DELETE', '/session', { ...ours, cookie });
    const path = '/v1/admin/audit?actor=traced';
    const { entries } = (await (await api.call('GET', path, { key: api.keys.admin })).json()) as {
      entries: object[];
    };
    expect(entries).toMatchObject([
      { act: 'session.ended', actor: { keyId: id }, object: { kind: 'session' } },
      { act: 'session.begun', actor: { keyId: id }, object: { kind: 'session' } },
    ]);
    const secret = cookie.split('=')[1] ?? '';
    expect(secret).toHaveLength(43);
    expect(lines.join('')).not.toContain(secret);
    expect(JSON.stringify(entries)).not.toContain(secret);
    const { rows } = await database.pool.query<{ all: string }>(
      `select coalesce(string_agg(s::text, ''), '') as all from rowferry.sessions s`,
    );
    expect(rows[0]?.all).not.toContain(secret);
  });
});

describe('the page', () => {
  it('comes without a script or style of its own text, and may load nothing from elsewhere', async () => {
    const response = await fetch(api.url);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(policy).not.toMatch(/unsafe|https?:/);
    const page = await response.text();
    expect(page).not.toMatch(/<script(?![^>]*src=)|style=|https?:/);
    for (const [, path = ''] of page.matchAll(/(?:src|href)="(\/console\.\w+)"/g)) {
      const file = await fetch(api.url + path, { headers: { 'accept-encoding': 'gzip' } });
      expect({ path, status: file.status }).toEqual({ path, status: 200 });
      const etag = file.headers.get('etag') ?? '';
      const again = await fetch(api.url + path, {
        headers: { 'accept-encoding': 'gzip', 'if-none-match': etag, 'cache-control': 'max-age=0' },
      });
      expect(again.status).toBe(304);
    }
  });

  it('is where a person ends up who opens the address of a file; programs are answered as ever', async () => {
    const made = await api.call('POST', '/v1/exports', { body: { dataset: 'diary' } });
    const { id } = (await made.json()) as { id: string };
    await completeExport(database, storage, id, Buffer.from('title\n'));
    const path = `/v1/exports/${id}/download`;
    const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const visit = await ask('GET', path, html);
    expect([visit.status, visit.headers.get('location')]).toEqual([303, `/#/exports/${id}/file`]);
    const look = await ask('GET', `/v1/exports/${id}`, html);
    expect(look.headers.get('location')).toBe(`/#/exports/${id}`);
    expect((await ask('GET', path, { accept: '*/*' })).status).toBe(401);
    const withKey = await ask('GET', path, { ...html, authorization: `Bearer ${api.keys.first}` });
    expect(withKey.status).toBe(302);
    expect(withKey.headers.get('location')).toMatch(/X-Amz-Signature=/);
    const bulk = await ask('GET', `/v1/bulk-exports/${id}/manifest`, html);
    expect(bulk.headers.get('location')).toBe(`/#/admin/bulk/${id}`);
    // Nothing of what was asked for is in the address but an id.
    const odd = await ask('GET', '/v1/exports/%0d%0aSet-Cookie:x/download', html);
    expect(odd.status).toBe(401);
  });
});

describe('the page of the queue', () => {
  const open = (cookie: string, { method = 'GET', path = '/queue', url = api.url, headers = {} } = {}) =>
    fetch(url + path, { method, headers: { cookie, ...headers }, redirect: 'manual' });

  it('is for admins of the tenant that runs the service', async () => {
    expect((await open('')).headers.get('location')).toBe('/#/sign-in');
    const users = await open((await signIn(api.keys.first)).cookie);
    await expectProblem(users, 403, 'forbidden');
    const { key } = await newKey({ tenant: 'acme', role: 'admin', subject: 'operator' });
    const others = await open((await signIn(key)).cookie);
    await expectProblem(others, 403, 'forbidden');
    const { cookie } = await signIn(api.keys.admin);
    const page = await open(cookie);
    expect(page.status).toBe(200);
    expect(await page.text()).not.toMatch(/(src|href)="https?:/);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    const queues = await open(cookie, { path: '/queue/api/queues' });
    expect(
      ((await queues.json()) as { queues: { name: string; readOnlyMode: boolean }[] }).queues,
    ).toMatchObject([
      { name: 'exports', readOnlyMode: true },
      { name: 'exports-fast', readOnlyMode: true },
      { name: 'exports-bulk', readOnlyMode: true },
    ]);
  });

  it('changes nothing unless it is allowed to, and then only from its own origin', async () => {
    const path = '/queue/api/queues/exports/pause';
    const { cookie } = await signIn(api.keys.admin);
    const own = { origin: new URL(api.url).origin };
    await expectProblem(await open(cookie, { method: 'PUT', path, headers: own }), 403, 'forbidden');
    const { cookie: full } = await signIn(behindTls.keys.admin, behindTls.url);
    const change = (headers: Record<string, string>) =>
      open(full, { method: 'PUT', path: '/queue/api/queues/exports/empty', url: behindTls.url, headers });
    expect((await change({})).status).toBe(403);
    expect((await change({ origin: 'https://app.example.org' })).status).toBe(403);
    expect((await change({ origin: new URL(behindTls.url).origin })).status).toBe(200);
  });
});
