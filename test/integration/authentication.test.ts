import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { NewApiKey } from '../../src/db/api-keys.ts';
import { allEndpoints } from '../support/endpoints.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { until } from '../support/until.ts';
import {
  AUDIENCE,
  bytesOf,
  hs256,
  ISSUER,
  SECRET,
  startIssuer,
  unsigned,
  withoutSignature,
} from '../support/tokens.ts';

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
const tokens = { AUTH_JWT_ISSUER: ISSUER, AUTH_JWT_AUDIENCE: AUDIENCE };
const issuer = await startIssuer();
afterAll(() => issuer.close());
const many = { AUTH_FAILURES_PER_MINUTE: '10000' };
const api = useTestApi(database, storage, undefined, {
  settings: { ...tokens, ...many, AUTH_JWT_SECRET: SECRET },
  logger,
});
const withKeys = useTestApi(database, storage, undefined, {
  settings: { ...tokens, ...many, AUTH_JWKS_URL: issuer.jwksUrl },
});

const id = randomUUID();
const inAnHour = { expiresInSeconds: 3600 };
const newKey = (values: Partial<NewApiKey> = {}) =>
  new ApiKeys(database.pool).create({ role: 'admin', subject: 'operator', ...values });
const expire = (keyId: string) =>
  database.pool.query('update rowferry.api_keys set expires_at = now() where id = $1', [keyId]);

/** Everything that must not open anything, by name. */
async function badCredentials(): Promise<Record<string, string>> {
  const revoked = await newKey();
  await new ApiKeys(database.pool).revoke(revoked.id);
  const expired = await newKey(inAnHour);
  await expire(expired.id);
  const over = Math.floor(Date.now() / 1000) - 60;
  const [confusedByJwk = '', confusedByPem = ''] = await issuer.confused({ roles: ['admin'] });
  return {
    nothing: '',
    'no credential': 'Bearer',
    nonsense: 'Bearer nonsense',
    'a basic password': `Basic ${Buffer.from(`admin:${api.keys.admin}`).toString('base64')}`,
    'a key under another scheme': `Basic ${api.keys.admin}`,
    'a key and more': `Bearer ${api.keys.admin} ${api.keys.admin}`,
    'an unknown key': `Bearer rwf_${'A'.repeat(43)}`,
    'a key that is cut': `Bearer ${api.keys.admin.slice(0, -1)}`,
    'an endless key': `Bearer rwf_${'A'.repeat(5000)}`,
    'a revoked key': `Bearer ${revoked.key}`,
    'an expired key': `Bearer ${expired.key}`,
    'an expired token': `Bearer ${await hs256({ exp: over })}`,
    'a token without an end': `Bearer ${await hs256({ exp: undefined })}`,
    'a token for another audience': `Bearer ${await hs256({ aud: 'https://shop.example.org' })}`,
    'a token of another issuer': `Bearer ${await hs256({ iss: 'https://evil.example.org' })}`,
    'a token with another secret': `Bearer ${await hs256({}, 'x'.repeat(32))}`,
    'a token without signature': `Bearer ${withoutSignature({ roles: ['admin'] })}`,
    'a token by another algorithm': `Bearer ${await unsigned()
      .setProtectedHeader({ alg: 'HS512' })
      .sign(bytesOf(SECRET + SECRET))}`,
    'a token whose secret is a public key': `Bearer ${confusedByJwk}`,
    'a token whose secret is a public key as PEM': `Bearer ${confusedByPem}`,
    'a token by an unknown key': `Bearer ${await issuer.sign('RS256', {}, { kid: 'unknown' })}`,
    'a token by an algorithm that is not taken': `Bearer ${await issuer.sign('PS256')}`,
  };
}

describe.each([
  ['a shared secret', api],
  ['public keys', withKeys],
])('where tokens are checked by %s', (_name, served) => {
  it.each(allEndpoints(id))('%s %s refuses every credential that is not good', async (method, path) => {
    for (const [name, authorization] of Object.entries(await badCredentials())) {
      const response = await served.fetch(path, {
        method,
        headers: authorization ? { authorization } : {},
      });
      expect({ name, status: response.status }).toEqual({ name, status: 401 });
      expect(response.headers.get('www-authenticate'), name).toMatch(/^Bearer realm="rowferry"/);
      await expectProblem(response, 401, 'unauthenticated');
    }
  });
});

it.each(allEndpoints(id))('%s %s lets good ones pass', async (method, path) => {
  // Some addresses are for admins, and there are no webhooks here.
  const others = /^\/v1\/(webhooks|admin|bulk-exports)/.test(path) ? [403, 409] : [];
  // One takes a form.
  const more = path === '/v1/imports' ? [415] : others;
  for (const key of [api.keys.admin, await hs256(), (await newKey(inAnHour)).key]) {
    const { status } = await api.call(method, path, { key, ...(method === 'POST' ? { body: {} } : {}) });
    expect([200, 400, 404, ...more]).toContain(status);
  }
  const { status } = await withKeys.call('GET', '/v1/exports', { key: await issuer.sign('ES256') });
  expect(status).toBe(200);
});

it('says in the challenge whether another credential would help', async () => {
  const challenge = async (headers: Record<string, string>) =>
    (await api.fetch('/v1/exports', { headers })).headers.get('www-authenticate');
  expect(await challenge({})).toBe('Bearer realm="rowferry"');
  expect(await challenge({ authorization: `Bearer ${withoutSignature()}` })).toMatch(
    /^Bearer realm="rowferry", error="invalid_token", error_description="[ -~]+"$/,
  );
});

describe('with the issuer of tokens away', async () => {
  const away = await startIssuer();
  const token = await away.sign('RS256');
  await away.close();
  const cutOff = useTestApi(database, storage, undefined, {
    settings: { ...tokens, AUTH_JWKS_URL: away.jwksUrl },
  });

  it('says that it is not the token’s fault, and takes keys as ever', async () => {
    const response = await cutOff.call('GET', '/v1/exports', { key: token });
    await expectProblem(response, 503, 'unavailable');
    expect(response.headers.get('retry-after')).not.toBeNull();
    expect((await cutOff.call('GET', '/v1/exports')).status).toBe(200);
  });
});

describe('a token', () => {
  it('carries subject, tenant and roles', async () => {
    const asUser = await hs256({ sub: '7', tenant: 'acme' });
    const asked = await api.call('POST', '/v1/exports', { key: asUser, body: { dataset: 'diary' } });
    expect(asked.status).toBe(202);
    const { id: made } = (await asked.json()) as { id: string };
    const { rows } = await database.pool.query(
      'select tenant, role, subject, key_id from rowferry.exports where id = $1',
      [made],
    );
    expect(rows).toEqual([{ tenant: 'acme', role: 'user', subject: '7', key_id: null }]);
    const see = async (claims: object) =>
      (await api.call('GET', `/v1/exports/${made}`, { key: await hs256({ ...claims }) })).status;
    expect(await see({ sub: '7', tenant: 'acme' })).toBe(200);
    expect(await see({ sub: 'boss', tenant: 'acme', roles: ['admin'] })).toBe(200);
    expect(await see({ sub: '8', tenant: 'acme' })).toBe(404);
    expect(await see({ sub: '7' })).toBe(404);
    expect(await see({ sub: 'boss', roles: ['admin'] })).toBe(404);
  });

  it('of somebody with both roles asks as the one that reaches further', async () => {
    const key = await hs256({ sub: 'both', roles: ['user', 'admin'] });
    const body = { dataset: 'diary', params: { userId: '9' } };
    expect((await api.call('POST', '/v1/exports', { key, body })).status).toBe(202);
  });
});

describe('the scopes of a key', () => {
  it.each([
    [['read'], 'GET', 200],
    [['read'], 'POST', 403],
    [['write'], 'GET', 403],
    [['write'], 'POST', 202],
    [['act-as'], 'GET', 403],
    [['act-as'], 'POST', 403],
  ] as const)('%o: %s is %i', async (scopes, method, status) => {
    const { key } = await newKey({
      role: 'user',
      subject: randomUUID().replace(/\D/g, '').slice(0, 15),
      scopes,
    });
    const body = method === 'POST' ? { body: { dataset: 'diary' } } : {};
    const response = await api.call(method, '/v1/exports', { key, ...body });
    expect(response.status).toBe(status);
    if (status === 403) await expectProblem(response, 403, 'forbidden');
  });

  it.each(['DELETE', 'POST'])('without write no %s gets as far as the export', async (method) => {
    const { key } = await newKey({ scopes: ['read'] });
    const path = method === 'POST' ? `/v1/exports/${id}/cancel` : `/v1/exports/${id}`;
    await expectProblem(await api.call(method, path, { key }), 403, 'forbidden');
  });
});

describe('a back end that asks for its user', () => {
  const backEnd = () => newKey({ subject: 'backend', scopes: ['read', 'write', 'act-as'] });
  const asking = async (subject: string, body: unknown = { dataset: 'diary' }) =>
    api.call('POST', '/v1/exports', {
      key: (await backEnd()).key,
      body,
      headers: { 'rowferry-subject': subject },
    });

  it('asks with the rights of that user, and no more', async () => {
    const response = await asking('55');
    expect(response.status).toBe(202);
    const made = (await response.json()) as { id: string };
    expect(made).toMatchObject({ subject: '55', params: { userId: '55' } });
    const others = { dataset: 'diary', params: { userId: '56' } };
    await expectProblem(await asking('55', others), 403, 'forbidden');
    const seen = await api.call('GET', `/v1/exports/${made.id}`, { key: await hs256({ sub: '55' }) });
    expect(seen.status).toBe(200);
    const foreign = await api.call('GET', `/v1/exports/${made.id}`, {
      key: (await backEnd()).key,
      headers: { 'rowferry-subject': '56' },
    });
    await expectProblem(foreign, 404, 'not_found');
  });

  it('may name anybody, percent-encoded', async () => {
    const response = await api.call('GET', '/v1/exports', {
      key: (await backEnd()).key,
      headers: { 'rowferry-subject': encodeURIComponent('Zoë, née O’Hara') },
    });
    expect(response.status).toBe(200);
  });

  it.each([
    ['nothing', ''],
    ['what is not encoded right', '%zz'],
    ['a line break', '1%0d%0a2'],
    ['too long a name', 'x'.repeat(201)],
  ])('may not name %s', async (_name, subject) => {
    const problem = await expectProblem(await asking(subject), 400, 'invalid_request');
    expect(problem.errors).toMatchObject([{ header: 'Rowferry-Subject' }]);
  });

  it('needs the scope for it, which no token has', async () => {
    for (const key of [api.keys.admin, api.keys.first, await hs256({ roles: ['admin'] })]) {
      const response = await api.call('GET', '/v1/exports', { key, headers: { 'rowferry-subject': '1' } });
      await expectProblem(response, 403, 'forbidden');
    }
  });

  it('reaches no other tenant', async () => {
    const { id: made } = (await (await asking('57')).json()) as { id: string };
    const { key } = await newKey({ tenant: 'acme', scopes: ['read', 'write', 'act-as'] });
    const response = await api.call('GET', `/v1/exports/${made}`, {
      key,
      headers: { 'rowferry-subject': '57' },
    });
    await expectProblem(response, 404, 'not_found');
  });
});

it('writes down when a key was used, at most once a minute', async () => {
  const { id: keyId, key } = await newKey();
  const lastUse = async () => {
    const { rows } = await database.pool.query<{ at: Date | null }>(
      'select last_used_at as at from rowferry.api_keys where id = $1',
      [keyId],
    );
    return rows[0]?.at ?? null;
  };
  expect(await lastUse()).toBeNull();
  await Promise.all(Array.from({ length: 20 }, () => api.call('GET', '/v1/exports', { key })));
  const first = await until(lastUse);
  const { outcome } = await new ApiKeys(database.pool).identify(key);
  expect(outcome).toBe('valid');
  expect(await lastUse()).toEqual(first);
  await database.pool.query(
    "update rowferry.api_keys set last_used_at = now() - interval '61 seconds' where id = $1",
    [keyId],
  );
  const stale = await lastUse();
  await api.call('GET', '/v1/exports', { key });
  await until(async () => (await lastUse())?.getTime() !== stale?.getTime());
});

describe('an address that guesses', () => {
  const strict = useTestApi(database, storage, undefined, {
    settings: { ...tokens, AUTH_JWT_SECRET: SECRET, AUTH_FAILURES_PER_MINUTE: '5', API_PROXY_HOPS: '1' },
  });
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

  it('is refused for the rest of the minute; others are not, and neither is what its issuer signed', async () => {
    const over = await hs256({ exp: Math.floor(Date.now() / 1000) - 60 });
    const unfit = await hs256({ roles: ['editor'] });
    for (const key of [over, unfit]) {
      for (let time = 0; time < 10; time++) {
        const signed = await strict.call('GET', '/v1/exports', { key, ...from('192.0.2.1') });
        expect(signed.status).toBe(401);
      }
    }
    for (let time = 0; time < 5; time++) {
      const guess = await strict.call('GET', '/v1/exports', {
        key: `rwf_guess${time}`,
        ...from('192.0.2.1'),
      });
      expect(guess.status).toBe(401);
    }
    const refused = await strict.call('GET', '/v1/exports', from('192.0.2.1'));
    const problem = await expectProblem(refused, 429, 'too_many_failures');
    expect(refused.headers.get('retry-after')).toBe(String(problem['retryAfterSeconds']));
    expect(Number(problem['retryAfterSeconds'])).toBeLessThanOrEqual(60);
    expect((await strict.call('GET', '/v1/exports', from('192.0.2.2'))).status).toBe(200);
  });

  it('cannot pass for others by a header that the proxy did not write', async () => {
    for (let time = 0; time < 5; time++) {
      await strict.call('GET', '/v1/exports', { key: 'rwf_x', ...from(`10.0.0.${time}, 192.0.2.9`) });
    }
    const refused = await strict.call('GET', '/v1/exports', from('10.0.0.99, 192.0.2.9'));
    await expectProblem(refused, 429, 'too_many_failures');
  });
});

it('writes no credential into the log', async () => {
  const { key } = await newKey();
  const token = await hs256({ sub: 'canary-subject' });
  const forged = await hs256({ sub: 'canary-subject' }, 'y'.repeat(32));
  for (const credential of [key, token, forged, 'rwf_canary-unknown']) {
    await api.call('GET', '/v1/exports', { key: credential });
    await api.call('POST', '/v1/exports', {
      key: credential,
      body: '{',
      headers: { 'idempotency-key': 'canary-key' },
    });
  }
  const log = lines.join('');
  expect(log).toContain('/v1/exports');
  for (const secret of [key, token, forged, 'canary', SECRET]) expect(log).not.toContain(secret);
});
