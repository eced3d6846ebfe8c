import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { completeExport } from '../support/complete-export.ts';
import { allEndpoints } from '../support/endpoints.ts';
import { freePort } from '../support/free-port.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const storage = useTestStore();
const api = useTestApi(database, storage);

interface Body {
  id: string;
  status: string;
  exports: { id: string; status: string }[];
  nextCursor: string | null;
  errors: { pointer?: string; parameter?: string; detail: string }[];
  [key: string]: unknown;
}
const json = async (response: Response) => (await response.json()) as Body;
const request = async (key = api.keys.first, body: unknown = { dataset: 'diary' }) =>
  json(await api.call('POST', '/v1/exports', { key, body }));

const complete = (id: string, content = 'title\n') =>
  completeExport(database, storage, id, Buffer.from(content));
const expectProblem = async (response: Response, status: number, code: string) => {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = await json(response);
  expect(problem).toMatchObject({ status, code, type: `urn:rowferry:problem:${code}` });
  return problem;
};

describe('asking', () => {
  it('accepts with 202, a place to look, and the export itself', async () => {
    const response = await api.call('POST', '/v1/exports', { body: { dataset: 'diary', format: 'json' } });
    expect(response.status).toBe(202);
    expect(response.headers.get('retry-after')).toBe('1');
    const body = await json(response);
    expect(response.headers.get('location')).toBe(`/v1/exports/${body.id}`);
    expect(body).toMatchObject({
      dataset: 'diary',
      format: 'json',
      params: { userId: '1' },
      options: {},
      subject: '1',
      status: 'queued',
      attempt: 0,
      progress: { rows: 0, bytes: 0, estimatedRows: null, percent: 0, etaSeconds: null },
      file: null,
      error: null,
    });
    expect(await json(await api.call('GET', `/v1/exports/${body.id}`))).toEqual(body);
  });

  it.each([
    ['an unknown dataset', { dataset: 'users' }, '/dataset'],
    ['a dataset of the wrong type', { dataset: 5 }, '/dataset'],
    ['no dataset', {}, '/dataset'],
    ['an unknown format', { dataset: 'diary', format: 'exe' }, '/format'],
    ['an unknown member', { dataset: 'diary', sql: 'select 1' }, '/sql'],
    ['an unknown parameter', { dataset: 'diary', params: { 'a/b~c': 1 } }, '/params/a~1b~0c'],
    ['an unknown option', { dataset: 'diary', options: { delimiter: ';' } }, '/options/delimiter'],
    ['SQL in a parameter', { dataset: 'diary', params: { userId: '1 or 1=1' } }, '/params/userId'],
    ['NUL in a parameter', { dataset: 'diary', params: { userId: '1\u0000' } }, '/params'],
    ['an array', [], ''],
  ])('refuses %s with a pointer to it', async (_name, body, pointer) => {
    const problem = await expectProblem(
      await api.call('POST', '/v1/exports', { body }),
      400,
      'invalid_request',
    );
    expect(problem.errors.map((error) => error.pointer)).toContain(pointer);
  });

  it.each([
    ['no JSON', '{"dataset": ', 400, 'malformed_body'],
    ['JSON 15,000 levels deep', '['.repeat(15_000) + ']'.repeat(15_000), 400, 'invalid_request'],
    [
      'params 15,000 levels deep',
      `{"dataset": "diary", "params": {"userId": ${'['.repeat(15_000)}${']'.repeat(15_000)}}}`,
      400,
      'invalid_request',
    ],
    [
      'objects 5,000 levels deep',
      `{"dataset": "diary", "params": ${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
      400,
      'invalid_request',
    ],
    ['10 MB', JSON.stringify({ dataset: 'x'.repeat(10_000_000) }), 413, 'body_too_large'],
  ])('refuses a body of %s', async (_name, body, status, code) => {
    await expectProblem(await api.call('POST', '/v1/exports', { body }), status, code);
  });

  it('refuses a body that is not JSON', async () => {
    const response = await api.fetch('/v1/exports', {
      method: 'POST',
      headers: { authorization: `Bearer ${api.keys.first}`, 'content-type': 'text/plain' },
      body: '{"dataset": "diary"}',
    });
    await expectProblem(response, 415, 'unsupported_media_type');
  });

  it('lets a user export only their own diary, and an admin anybody’s', async () => {
    const others = { dataset: 'diary', params: { userId: '2' } };
    await expectProblem(await api.call('POST', '/v1/exports', { body: others }), 403, 'forbidden');
    const own = { dataset: 'diary', params: { userId: '1' } };
    expect((await api.call('POST', '/v1/exports', { body: own })).status).toBe(202);
    const byAdmin = await request(api.keys.admin, others);
    expect(byAdmin).toMatchObject({ subject: 'operator', params: { userId: '2' } });
    const nobodys = await api.call('POST', '/v1/exports', {
      key: api.keys.admin,
      body: { dataset: 'diary' },
    });
    await expectProblem(nobodys, 400, 'invalid_request');
  });
});

describe('who may see what', () => {
  const anyId = randomUUID();
  const addresses = [
    ['POST', '/v1/exports'],
    ['GET', '/v1/exports'],
    ['GET', `/v1/exports/${anyId}`],
    ['DELETE', `/v1/exports/${anyId}`],
    ['POST', `/v1/exports/${anyId}/cancel`],
    ['GET', `/v1/exports/${anyId}/download`],
    ['GET', `/v1/exports/${anyId}/history`],
    ['GET', '/v1/datasets'],
  ] as const;

  it.each(addresses)('%s %s needs a valid key', async (method, path) => {
    const keys = new ApiKeys(database.pool);
    const revoked = await keys.create({ role: 'admin', subject: 'gone' });
    await keys.revoke(revoked.id);
    for (const authorization of [
      '',
      'Bearer',
      'Bearer nonsense',
      `Basic ${api.keys.first}`,
      `Bearer ${revoked.key}`,
    ]) {
      const response = await api.fetch(path, {
        method,
        headers: authorization ? { authorization } : {},
      });
      await expectProblem(response, 401, 'unauthenticated');
      expect(response.headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  it.each([
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/cancel'],
    ['GET', '/download'],
    ['GET', '/history'],
  ])('hides another’s export: %s /v1/exports/{id}%s is 404', async (method, suffix) => {
    const { id } = await request();
    const response = await api.call(method, `/v1/exports/${id}${suffix}`, { key: api.keys.second });
    await expectProblem(response, 404, 'not_found');
    expect((await api.call('GET', `/v1/exports/${id}`, { key: api.keys.admin })).status).toBe(200);
    expect((await api.call('GET', `/v1/exports/${id}`)).status).toBe(200);
  });

  it('hides what an admin has asked for from a user of the same name', async () => {
    const { key } = await new ApiKeys(database.pool).create({ role: 'user', subject: 'operator' });
    const { id } = await request(api.keys.admin, { dataset: 'diary', params: { userId: '2' } });
    await expectProblem(await api.call('GET', `/v1/exports/${id}`, { key }), 404, 'not_found');
    expect((await json(await api.call('GET', '/v1/exports', { key }))).exports).toEqual([]);
  });

  it.each(['not-a-uuid', '%00', '..%2f..%2fetc', randomUUID()])('answers 404 for the id %s', async (id) => {
    await expectProblem(await api.call('GET', `/v1/exports/${id}`), 404, 'not_found');
  });

  it.each(allEndpoints(randomUUID()))(
    '%s %s refuses a query parameter that it does not know',
    async (method, path) => {
      const body = method === 'POST' ? { dataset: 'diary' } : undefined;
      const response = await api.call(method, `${path}?nonsense=1`, { body, key: api.keys.admin });
      const problem = await expectProblem(response, 400, 'invalid_request');
      expect(problem.errors).toEqual([{ parameter: 'nonsense', detail: 'is not known here' }]);
    },
  );

  it('says which methods an address takes', async () => {
    const response = await api.call('PUT', '/v1/exports');
    await expectProblem(response, 405, 'method_not_allowed');
    expect(response.headers.get('allow')).toBe('GET, POST');
  });

  it('lists the datasets with what a form needs', async () => {
    const { datasets } = (await (await api.call('GET', '/v1/datasets')).json()) as {
      datasets: { name: string }[];
    };
    expect(datasets.find(({ name }) => name === 'diary')).toMatchObject({
      formats: ['csv', 'tsv', 'ndjson', 'json', 'xlsx', 'parquet'],
      params: { type: 'object', properties: { userId: {} } },
      columns: [
        { name: 'title' },
        { name: 'year' },
        { name: 'director' },
        { name: 'rating' },
        { name: 'comment' },
        { name: 'watched_at' },
        { name: 'external_metadata_id' },
      ],
    });
  });
});

describe('listing', () => {
  it('pages through one’s own exports, newest first, without gaps or repeats', async () => {
    const { key } = await new ApiKeys(database.pool).create({ role: 'user', subject: '77' });
    const made = [];
    for (let count = 0; count < 5; count++) {
      const { id } = await request(key);
      made.unshift(id);
      // The next would be the same one otherwise.
      await api.call('POST', `/v1/exports/${id}/cancel`, { key });
    }
    const found: string[] = [];
    let path: string | undefined = '/v1/exports?limit=2';
    while (path !== undefined) {
      const response: Response = await api.call('GET', path, { key });
      found.push(...(await json(response)).exports.map(({ id }) => id));
      path = /<(.+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(found).toEqual(made);
  });

  it('filters by state and dataset, and shows an admin everybody’s', async () => {
    const mine = await request();
    await api.call('POST', `/v1/exports/${mine.id}/cancel`);
    const cancelled = await json(
      await api.call('GET', '/v1/exports?status=cancelled&dataset=diary&limit=100'),
    );
    expect(cancelled.exports.map(({ id }) => id)).toContain(mine.id);
    expect(cancelled.exports.every((item) => item.status === 'cancelled')).toBe(true);
    const others = await request(api.keys.second);
    const all = await json(await api.call('GET', '/v1/exports?limit=100', { key: api.keys.admin }));
    expect(all.exports.map(({ id }) => id)).toEqual(expect.arrayContaining([mine.id, others.id]));
    const own = await request(api.keys.admin, { dataset: 'diary', params: { userId: '1' } });
    const ofAdmin = await json(
      await api.call('GET', '/v1/exports?mine=true&limit=100', { key: api.keys.admin }),
    );
    const ids = ofAdmin.exports.map(({ id }) => id);
    expect(ids).toContain(own.id);
    expect([mine.id, others.id].filter((id) => ids.includes(id))).toEqual([]);
  });

  it.each([
    ['status=done', 'status'],
    ['limit=0', 'limit'],
    ['limit=ten', 'limit'],
    ['cursor=abc', 'cursor'],
    [`cursor=${Buffer.from("2026-01-01 00:00:00+00/' or 1=1").toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from(`9999-99-99 99:99:99+00/${'-'.repeat(36)}`).toString('base64url')}`, 'cursor'],
    ['dataset=%00', 'dataset'],
    ['sort=id;drop', 'sort'],
  ])('refuses %s and names the parameter', async (query, parameter) => {
    const problem = await expectProblem(
      await api.call('GET', `/v1/exports?${query}`),
      400,
      'invalid_request',
    );
    expect(problem.errors[0]?.parameter).toBe(parameter);
  });
});

describe('an export’s end', () => {
  it('is a redirect to a link of at most five minutes that saves under the right name', async () => {
    const { id } = await request();
    await expectProblem(await api.call('GET', `/v1/exports/${id}/download`), 409, 'not_ready');
    await complete(id, 'title\nAlien\n');
    const shown = await json(await api.call('GET', `/v1/exports/${id}`));
    expect(shown).toMatchObject({
      status: 'completed',
      progress: { percent: 100, etaSeconds: 0 },
      file: {
        name: 'diary-2026-01-01.csv',
        bytes: 12,
        contentType: 'text/csv; charset=utf-8; header=present',
      },
    });
    const response = await api.call('GET', `/v1/exports/${id}/download`);
    expect(response.status).toBe(302);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const location = new URL(response.headers.get('location') ?? '');
    expect(Number(location.searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(300);
    const file = await fetch(location);
    expect(file.headers.get('content-disposition')).toBe('attachment; filename=diary-2026-01-01.csv');
    expect(await file.text()).toBe('title\nAlien\n');
  });

  it('is 410 once the file’s time is over', async () => {
    const { id } = await request();
    await complete(id);
    await database.pool.query('update rowferry.exports set expires_at = now() where id = $1', [id]);
    await expectProblem(await api.call('GET', `/v1/exports/${id}/download`), 410, 'expired');
    await database.pool.query("update rowferry.exports set status = 'expired' where id = $1", [id]);
    await expectProblem(await api.call('GET', `/v1/exports/${id}/download`), 410, 'expired');
  });

  it('can be brought about by cancelling, once or more often, but not after another end', async () => {
    const { id } = await request();
    for (let time = 0; time < 2; time++) {
      const response = await api.call('POST', `/v1/exports/${id}/cancel`);
      expect(response.status).toBe(200);
      expect((await json(response)).status).toBe('cancelled');
    }
    const other = await request();
    await complete(other.id);
    await expectProblem(await api.call('POST', `/v1/exports/${other.id}/cancel`), 409, 'already_ended');
  });

  it.each(['queued', 'completed'])(
    'can be deleted while %s: the export and its link are gone',
    async (state) => {
      const { id } = await request();
      const objectKey = state === 'completed' ? await complete(id) : undefined;
      expect((await api.call('DELETE', `/v1/exports/${id}`)).status).toBe(204);
      await expectProblem(await api.call('GET', `/v1/exports/${id}`), 404, 'not_found');
      await expectProblem(await api.call('GET', `/v1/exports/${id}/download`), 404, 'not_found');
      await expectProblem(await api.call('DELETE', `/v1/exports/${id}`), 404, 'not_found');
      if (objectKey !== undefined) expect(await storage.store.head(objectKey)).toBeUndefined();
    },
  );
});

it('tells the history of an export in words, until it is deleted', async () => {
  const { id } = await request();
  await complete(id);
  const response = await api.call('GET', `/v1/exports/${id}/history`);
  expect(response.status).toBe(200);
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
  expect(await json(response)).toEqual({
    events: [
      { at: time, kind: 'requested', attempt: 0, text: 'The export was requested.' },
      { at: time, kind: 'started', attempt: 1, text: 'Attempt 1 started.' },
      { at: time, kind: 'completed', attempt: 1, text: 'The file is there: 0 rows, 6 bytes.' },
    ],
  });
  await expectProblem(await api.call('PUT', `/v1/exports/${id}/history`), 405, 'method_not_allowed');
  await api.call('DELETE', `/v1/exports/${id}`);
  await expectProblem(await api.call('GET', `/v1/exports/${id}/history`), 404, 'not_found');
});

it('shows its numbers to Prometheus', async () => {
  const response = await fetch(`${api.url}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await response.text()).toContain('rowferry_repairs_total{repair="readded"} 0');
});

it('counts requests by the template of their address, and by nothing that has no end', async () => {
  const id = randomUUID();
  const { status, headers } = await api.call('GET', `/v1/exports/${id}`);
  expect(status).toBe(404);
  expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  await api.fetch(`/v1/exports/${id}/cancel`, { method: 'POST' });
  await fetch(`${api.url}/nowhere/${id}`);
  await fetch(`${api.url}/v1/exports`, { method: 'PROPFIND' });
  const text = await (await fetch(`${api.url}/metrics`)).text();
  const counted = text.split('\n').filter((line) => line.startsWith('rowferry_http_requests_total{'));
  for (const labels of [
    'method="GET",route="/v1/exports/{id}",status="4xx"',
    'method="POST",route="/v1/exports/{id}/cancel",status="4xx"',
    'method="GET",route="other",status="4xx"',
    'method="other",route="/v1/exports",status="4xx"',
  ]) {
    expect(
      counted.some((line) => line.startsWith(`rowferry_http_requests_total{${labels}} `)),
      labels,
    ).toBe(true);
  }
  expect(text).not.toContain(id);
  expect(text).toMatch(/^rowferry_queue_up 1$/m);
  expect(text).toMatch(/^rowferry_queue_jobs\{state="waiting",lane="normal"\} \d+$/m);
  expect(text).toMatch(/^rowferry_exports_unfinished\{status="queued"\} \d+$/m);
  expect(text).toMatch(/^rowferry_database_pool_connections\{state="idle"\} [1-9]/m);
});

it('says that it lives and is ready', async () => {
  expect((await api.fetch('/livez')).status).toBe(200);
  expect(await (await api.fetch('/readyz')).json()).toEqual({
    status: 'ok',
    checks: { database: 'ok' },
  });
});

describe('with the queue away', async () => {
  const nowhere = { kind: 'redis', url: `redis://127.0.0.1:${await freePort()}`, prefix: 'nowhere' } as const;
  const cutOff = useTestApi(database, storage, nowhere);

  it('still accepts, within two seconds', async () => {
    const startedAt = performance.now();
    const response = await cutOff.call('POST', '/v1/exports', { body: { dataset: 'diary' } });
    expect(response.status).toBe(202);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    const { id } = await json(response);
    expect((await json(await cutOff.call('POST', `/v1/exports/${id}/cancel`))).status).toBe('cancelled');
  });
});

describe('a client that is slow', () => {
  const impatient = useTestApi(database, storage, undefined, {
    settings: { API_REQUEST_TIMEOUT_SECONDS: '1' },
  });

  it.each([
    ['headers', 'GET /v1/exports HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['a body', 'POST /v1/exports HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{'],
  ])('is cut off while it sends %s', async (_name, beginning) => {
    const { port } = new URL(impatient.url);
    const socket = connect(Number(port), '127.0.0.1');
    const answer: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => answer.push(chunk));
    socket.write(beginning);
    const startedAt = performance.now();
    await once(socket, 'close');
    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(Buffer.concat(answer).toString()).toMatch(/^HTTP\/1\.1 (408|401) /);
  });
});
