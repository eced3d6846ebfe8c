// The typed client against a real API and a real storage, with faults in between.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError, RowferryClient } from '../../src/client/index.ts';
import type { Export } from '../../src/client/index.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { attemptsIn } from '../support/attempts.ts';
import { completeExport } from '../support/complete-export.ts';
import { freePort } from '../support/free-port.ts';
import { startHttpFaultProxy } from '../support/http-fault-proxy.ts';
import type { Fault, HttpFaultProxy } from '../support/http-fault-proxy.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const MIB = 1024 * 1024;
const database = useTestDatabase();
const storage = useTestStore();
let storageProxy: HttpFaultProxy;
beforeAll(async () => {
  storageProxy = await startHttpFaultProxy(storage.options.endpoint ?? '');
  // Links lead through the proxy.
  storage.options.publicEndpoint = storageProxy.url;
});
const api = useTestApi(database, storage);
let apiProxy: HttpFaultProxy;
let client: RowferryClient;
let folder: string;

beforeAll(async () => {
  apiProxy = await startHttpFaultProxy(api.url);
  client = new RowferryClient({ url: `${apiProxy.url}/`, key: api.keys.first });
});
afterAll(() => Promise.all([apiProxy.close(), storageProxy.close()]));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rowferry-client-'));
});
afterEach(async () => {
  apiProxy.fault = () => 'pass';
  storageProxy.fault = () => 'pass';
  await rm(folder, { recursive: true });
});

const content = randomBytes(3 * MIB);
const request = () => client.request({ dataset: 'diary' });
const exportsMade = async () => {
  const { rowCount } = await database.pool.query('select from rowferry.exports');
  return rowCount ?? 0;
};
const completed = async () => {
  const { id } = await request();
  await completeExport(database, storage, id, content);
  return id;
};
/** Answers the first requests by these faults, the rest passes; and keeps when each came. */
const faultsOf = (proxy: HttpFaultProxy, ...faults: Fault[]) => {
  const seen: { method: string; at: number; headers: Record<string, unknown> }[] = [];
  proxy.fault = ({ method, headers }) => {
    seen.push({ method, at: performance.now(), headers });
    return faults.shift() ?? 'pass';
  };
  return seen;
};

describe('request, get, list, cancel, delete, preview, datasets', () => {
  it('does what the API does, by its types', async () => {
    const asked = await client.request({
      dataset: 'diary',
      format: 'json',
      options: { compression: 'gzip' },
    });
    expect(asked).toMatchObject({ status: 'queued', format: 'json', options: { compression: 'gzip' } });
    expect(await client.get(asked.id)).toEqual(asked);
    expect((await client.cancel(asked.id)).status).toBe('cancelled');
    await client.delete(asked.id);
    await expect(client.get(asked.id)).rejects.toMatchObject({ status: 404, code: 'not_found' });
    const names = (await client.datasets()).map(({ name }) => name);
    expect(names).toEqual(['diary', 'diary-letterboxd', 'my-data', 'profile']);
  });

  it('lists page after page', async () => {
    const admin = new RowferryClient({ url: apiProxy.url, key: api.keys.admin });
    const ids = [];
    for (const userId of ['11', '12', '13', '14', '15']) {
      ids.unshift((await admin.request({ dataset: 'diary', params: { userId } })).id);
    }
    const found: string[] = [];
    for await (const { id } of admin.list({ limit: 2, status: 'queued' })) found.push(id);
    expect(found.slice(0, 5)).toEqual(ids);
  });

  it('asks in the name of a user', async () => {
    const { key } = await new ApiKeys(database.pool).create({
      role: 'admin',
      subject: 'back end',
      scopes: ['read', 'write', 'act-as'],
    });
    const backEnd = new RowferryClient({ url: apiProxy.url, key, actAs: '77' });
    expect(await backEnd.request({ dataset: 'diary' })).toMatchObject({
      subject: '77',
      params: { userId: '77' },
    });
  });

  it('says what is wrong where', async () => {
    const wrong = client.request({ dataset: 'diary', params: { userId: 'x' } });
    await expect(wrong).rejects.toBeInstanceOf(ProblemError);
    await expect(wrong).rejects.toMatchObject({
      status: 400,
      code: 'invalid_request',
      message: expect.stringContaining('/params/userId must be the number of a user') as string,
      faults: [{ pointer: '/params/userId' }],
    });
  });

  it('says so when what answers is no rowferry', async () => {
    faultsOf(apiProxy, { status: 418, body: '<teapot/>' });
    await expect(request()).rejects.toMatchObject({ status: 418, code: 'unknown_answer' });
  });
});

describe('tries again', () => {
  it.each<[string, Fault]>([
    ['a connection that breaks', 'reset'],
    ['an answer that breaks off', { cutAfterBytes: 20 }],
    ['a server that is away', { status: 503, body: '' }],
    ['a gateway without a server', { status: 502, body: '' }],
  ])('after %s', async (_name, fault) => {
    const { id } = await request();
    const seen = faultsOf(apiProxy, fault, fault);
    expect((await client.get(id)).id).toBe(id);
    expect(seen).toHaveLength(3);
  });

  it('when the server says so', async () => {
    const { id } = await request();
    const seen = faultsOf(apiProxy, { status: 429, body: '', headers: { 'retry-after': '1' } });
    await client.get(id);
    const [first, second] = seen.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it('to ask, without asking twice', async () => {
    const before = await exportsMade();
    const seen = faultsOf(apiProxy, 'lose-answer', { status: 503, body: '' });
    await client.request({ dataset: 'diary', format: 'json' });
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(await exportsMade()).toBe(before + 1);
  });

  it('but not what would be done twice', async () => {
    const { id } = await request();
    const seen = faultsOf(apiProxy, 'reset', { status: 503, body: '' });
    await expect(client.cancel(id)).rejects.toMatchObject({ code: 'unreachable' });
    await expect(client.cancel(id)).rejects.toMatchObject({ status: 503 });
    expect(seen).toHaveLength(2);
  });

  it('but does not wait for an hour', async () => {
    const seen = faultsOf(apiProxy, { status: 429, body: '', headers: { 'retry-after': '3600' } });
    await expect(request()).rejects.toMatchObject({ status: 429 });
    expect(seen).toHaveLength(1);
  });

  it('and gives up, naming the server', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const hasty = new RowferryClient({ url, key: api.keys.first, maxTries: 2 });
    await expect(hasty.datasets()).rejects.toThrow(`${url} does not answer: connect ECONNREFUSED`);
  });

  it('when an answer does not come in time', async () => {
    const seen = faultsOf(apiProxy, 'hang');
    const hasty = new RowferryClient({ url: apiProxy.url, key: api.keys.first, timeoutMs: 300 });
    await hasty.datasets();
    expect(seen).toHaveLength(2);
  });
});

describe('wait and watch', () => {
  /** Does something to the streams of events, and keeps when what came. */
  const withStreams = (fault: () => Fault) => {
    const seen: { path: string; at: number; lastEventId: unknown }[] = [];
    apiProxy.fault = ({ url, headers }) => {
      const isStream = url.pathname.endsWith('/events');
      const path = isStream ? 'events' : 'look';
      seen.push({ path, at: performance.now(), lastEventId: headers['last-event-id'] });
      return isStream ? fault() : 'pass';
    };
    return seen;
  };

  it('are told, and do not look', async () => {
    const { id } = await request();
    const seen = withStreams(() => 'pass');
    const states: Export[] = [];
    const done = client.wait(id, { onChange: (state) => states.push(state) });
    await expect.poll(() => states.length, { timeout: 5000 }).toBe(1);
    await completeExport(database, storage, id, content);
    expect((await done).file?.bytes).toBe(content.length);
    expect(seen.map(({ path }) => path)).toEqual(['events']);
    expect(states.at(0)?.queuePosition).toBeGreaterThan(0);
    expect(states.at(-1)?.status).toBe('completed');
  });

  it('go on where a stream broke off, with what they have had', async () => {
    const { id } = await request();
    // The whole first event, and a piece of something.
    const faults: Fault[] = [{ cutAfterBytes: 1000 }];
    const seen = withStreams(() => faults.shift() ?? 'pass');
    const states: string[] = [];
    for await (const { status, queuePosition } of client.watch(id)) {
      states.push(`${status} ${queuePosition}`);
      // The event of the start is the one that is cut off.
      if (status === 'queued') {
        await attemptsIn(database.pool).claims.claim(id);
      } else if (status === 'running') await client.cancel(id);
    }
    expect(states.at(-1)).toBe('cancelled null');
    expect(new Set(states).size).toBe(states.length);
    const [first, second] = seen.filter(({ path }) => path === 'events');
    expect(first?.lastEventId).toBeUndefined();
    expect(second?.lastEventId).toMatch(/^\d+-[\w-]+$/);
  });

  it('look as often as Retry-After says where there are no events, a little later each time', async () => {
    const { id } = await request();
    const seen = withStreams(() => ({ status: 404, body: 'no such thing' }));
    const states: Export[] = [];
    const done = client.wait(id, { onChange: (state) => states.push(state) });
    const looks = () => seen.filter(({ path }) => path === 'look');
    await expect.poll(() => looks().length, { timeout: 5000 }).toBe(3);
    await completeExport(database, storage, id, content);
    expect((await done).file?.bytes).toBe(content.length);
    const gaps = looks()
      .slice(1)
      .map(({ at }, index) => at - (looks()[index]?.at ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(1000);
    // Only what differs is told. A look may fall between the start and the end.
    expect(states.map(({ status }) => status).filter((status) => status !== 'running')).toEqual([
      'queued',
      'completed',
    ]);
  });

  it('see every state at the interval that is asked for', async () => {
    const { id } = await request();
    const states: string[] = [];
    for await (const { status } of client.watch(id, { intervalMs: 10 })) {
      states.push(status);
      if (status === 'queued') await client.cancel(id);
    }
    expect(states).toEqual(['queued', 'cancelled']);
  });

  it('say how an export ended without a file', async () => {
    const { id } = await request();
    await client.cancel(id);
    await expect(client.wait(id)).rejects.toMatchObject({
      code: 'export_ended',
      message: 'The export is cancelled',
    });
  });

  it('end at once when they are aborted', async () => {
    const { id } = await request();
    const aborted = new AbortController();
    const waiting = client.wait(id, {
      signal: aborted.signal,
      onChange: () => aborted.abort(new Error('enough')),
    });
    const startedAt = performance.now();
    await expect(waiting).rejects.toThrow('enough');
    expect(performance.now() - startedAt).toBeLessThan(900);
  });
});

describe('download', () => {
  const files = () => readdir(folder);

  it('writes the file under its path, whole and checked', async () => {
    const id = await completed();
    const target = join(folder, 'diary.csv');
    const { bytes, sha256, name } = await client.download(id, target);
    expect({ bytes, name }).toEqual({ bytes: content.length, name: 'diary-2026-01-01.csv' });
    expect((await client.get(id)).file?.sha256).toBe(sha256);
    expect((await readFile(target)).equals(content)).toBe(true);
    expect(await files()).toEqual(['diary.csv']);
  });

  it('goes on where the connection broke, with a fresh link and without the key', async () => {
    const id = await completed();
    const seen = faultsOf(storageProxy, { cutAfterBytes: MIB }, 'reset', { cutAfterBytes: MIB });
    const target = join(folder, 'diary.csv');
    await client.download(id, target);
    expect((await readFile(target)).equals(content)).toBe(true);
    expect(seen).toHaveLength(4);
    const ranges = seen.map(({ headers }) =>
      Number(/^bytes=(\d+)-$/.exec(String(headers['range']))?.[1] ?? 0),
    );
    expect(ranges[0]).toBe(0);
    expect(ranges[1]).toBeGreaterThan(0);
    expect(ranges[3]).toBeGreaterThan(ranges[1] ?? 0);
    for (const { headers } of seen) expect(headers['authorization']).toBeUndefined();
  });

  it('leaves nothing behind when it is not the file that was written', async () => {
    const id = await completed();
    faultsOf(storageProxy, { status: 200, body: 'x'.repeat(content.length) });
    await expect(client.download(id, join(folder, 'diary.csv'))).rejects.toMatchObject({
      code: 'wrong_file',
    });
    expect(await files()).toEqual([]);
  });

  it('tells a stream by an error, not by an end, that the file is not whole', async () => {
    const id = await completed();
    storageProxy.fault = () => ({ status: 404, body: '' });
    let ended = false;
    const stream = new Writable({
      write: (_piece, _encoding, callback) => callback(),
      final(callback) {
        ended = true;
        callback();
      },
    });
    await expect(client.download(id, stream)).rejects.toMatchObject({ code: 'download_failed' });
    expect({ ended, destroyed: stream.destroyed }).toEqual({ ended: false, destroyed: true });
  });

  it('leaves nothing behind when it is aborted', async () => {
    const id = await completed();
    const aborted = new AbortController();
    storageProxy.fault = () => {
      aborted.abort(new Error('enough'));
      return 'hang';
    };
    const target = join(folder, 'diary.csv');
    await expect(client.download(id, target, { signal: aborted.signal })).rejects.toThrow('enough');
    expect(await files()).toEqual([]);
  });

  it('says why there is no file', async () => {
    const { id } = await request();
    await expect(client.download(id, join(folder, 'x'))).rejects.toMatchObject({ code: 'not_ready' });
    await completeExport(database, storage, id, content);
    await database.pool.query("update rowferry.exports set status = 'expired' where id = $1", [id]);
    await expect(client.download(id, join(folder, 'x'))).rejects.toMatchObject({ code: 'expired' });
    expect(await files()).toEqual([]);
  });
});
