// Imports over HTTP, and the worker that runs them; what an import makes of a file is in import.test.ts.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectDatasets } from '../../src/cli/context.ts';
import { openImports } from '../../src/cli/imports.ts';
import type { Imports } from '../../src/cli/imports.ts';
import { loadConfig } from '../../src/config.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { ImportAttempts } from '../../src/db/import-attempts.ts';
import { LeftoverRecords } from '../../src/db/leftover-records.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { expectProblem } from '../support/problems.ts';
import { exportDiary } from '../support/run-test-import.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const storage = useTestStore();
const settings = {
  API_ANSWER_TIMEOUT_MS: '10000',
  IMPORT_MAX_BYTES: '200000',
  IMPORT_MAX_OPEN_PER_SUBJECT: '2',
};
const api = useTestApi(database, storage, undefined, { settings });
const logger = pino({ level: 'silent' });
const LEASE_SECONDS = 2;

beforeAll(() => seedDiary(database.url, [{ users: { from: 1, to: 2 }, entries: 50 }]));

interface Import {
  id: string;
  status: string;
  attempt: number;
  report: Record<string, unknown> | null;
  error: { code: string } | null;
  [member: string]: unknown;
}

type Part = [name: string, value: string | Buffer];

/** A form by the letter of RFC 7578, so that its parts come in this order. */
function formOf(parts: readonly Part[]): { body: Buffer<ArrayBuffer>; type: string } {
  const boundary = 'a-boundary-of-a-test';
  const bytes = parts.flatMap(([name, value]) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"` +
        `${name === 'file' ? '; filename="diary.csv"\r\nContent-Type: text/csv' : ''}\r\n\r\n`,
    ),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
  const body = Buffer.from(Buffer.concat([...bytes, Buffer.from(`--${boundary}--\r\n`)]));
  return { body, type: `multipart/form-data; boundary=${boundary}` };
}

function send(parts: readonly Part[], { key = api.keys.first, headers = {} } = {}): Promise<Response> {
  const { body, type } = formOf(parts);
  return api.fetch('/v1/imports', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': type, ...headers },
    body,
  });
}
const sendFile = (file: string | Buffer, content: object = {}, options: object = {}) =>
  send(
    [
      ['import', JSON.stringify({ dataset: 'diary', ...content })],
      ['file', file],
    ],
    options,
  );
const look = async (id: string, key = api.keys.first) =>
  (await (await api.call('GET', `/v1/imports/${id}`, { key })).json()) as Import;

const HEADER = 'title,year,rating,watched_at';
let lines = 0;
/** A file that nobody has sent yet. */
const newFile = () => `${HEADER}\nFilm ${++lines},1999,7,2024-01-01\n`;

async function openWorker(): Promise<Imports> {
  const config = loadConfig({ DATABASE_URL: database.url, ...settings });
  return openImports(config, {
    pool: database.pool,
    endpoints: {
      databaseUrl: database.url,
      sources: { default: database.url },
      queue: { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX },
      s3: storage.options,
    },
    datasets: await projectDatasets(config),
    store: storage.store,
    leaseSeconds: LEASE_SECONDS,
    logger,
  });
}

async function ended(id: string, key = api.keys.first): Promise<Import> {
  let state = await look(id, key);
  await expect
    .poll(
      async () => {
        state = await look(id, key);
        return state.status;
      },
      { timeout: 20_000 },
    )
    .toMatch(/completed|failed/);
  return state;
}

async function storedKeys(id: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.store.list(`exports/${id}/`)) keys.push(key);
  return keys;
}

describe('before a worker is there', () => {
  it('refuses what is no form of JSON and a file, and says what to send', async () => {
    const json = JSON.stringify({ dataset: 'diary' });
    await expectProblem(await api.call('POST', '/v1/imports', { body: {} }), 415, 'unsupported_media_type');
    await expectProblem(await send([['file', HEADER]]), 400, 'malformed_body');
    await expectProblem(await send([['import', json]]), 400, 'malformed_body');
    await expectProblem(
      await send([
        ['import', '{'],
        ['file', HEADER],
      ]),
      400,
      'malformed_body',
    );
    await expectProblem(
      await send([
        ['import', json],
        ['file', HEADER],
        ['file', HEADER],
      ]),
      400,
      'malformed_body',
    );
    const unknown = await expectProblem(await sendFile(HEADER, { url: 'http://x' }), 400, 'invalid_request');
    expect(unknown.errors).toMatchObject([{ pointer: '/url' }]);
    const preset = await expectProblem(await sendFile(HEADER, { preset: 'x' }), 400, 'invalid_request');
    expect(preset.errors).toMatchObject([{ pointer: '/preset', detail: 'is not one of letterboxd, imdb' }]);
    await expectProblem(await sendFile(HEADER, { dataset: 'audit-log' }), 400, 'invalid_request');
    // A filter chooses rows of an export; here it would do nothing.
    const filtered = await sendFile(HEADER, { params: { minRating: 5 } });
    const filter = await expectProblem(filtered, 400, 'invalid_request');
    expect(filter.errors).toMatchObject([{ pointer: '/params/minRating', detail: 'is not known here' }]);
  });

  it('refuses somebody else’s rows, and shows nobody another’s import', async () => {
    await expectProblem(await sendFile(newFile(), { params: { userId: '2' } }), 403, 'forbidden');
    const { id } = (await (await sendFile(newFile(), {}, { key: api.keys.second })).json()) as Import;
    expect((await api.call('GET', `/v1/imports/${id}`)).status).toBe(404);
    expect((await api.call('GET', `/v1/imports/${id}`, { key: api.keys.admin })).status).toBe(200);
    const { key } = await new ApiKeys(database.pool).create({
      role: 'admin',
      subject: 'operator',
      tenant: 'elsewhere',
    });
    expect((await api.call('GET', `/v1/imports/${id}`, { key })).status).toBe(404);
    const readOnly = await new ApiKeys(database.pool).create({
      role: 'user',
      subject: '1',
      scopes: ['read'],
    });
    await expectProblem(await sendFile(newFile(), {}, { key: readOnly.key }), 403, 'forbidden');
  });

  it('refuses a file beyond the limit, and keeps nothing of it', async () => {
    await expectProblem(await sendFile(Buffer.alloc(300_000, 'a')), 413, 'body_too_large');
    const { rows } = await database.pool.query('select 1 from rowferry.imports where file_bytes > 200000');
    expect(rows).toEqual([]);
  });

  it('records nothing of a file whose sender goes away', async () => {
    const { body, type } = formOf([
      ['import', JSON.stringify({ dataset: 'diary' })],
      ['file', Buffer.alloc(100_000, 'a')],
    ]);
    const before = await database.pool.query('select 1 from rowferry.imports');
    const { port } = new URL(api.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /v1/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.keys.first}\r\n` +
        `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.subarray(0, 70_000), () => socket.destroy());
    await once(socket, 'close');
    // Another request is answered after it.
    await look('00000000-0000-4000-8000-000000000000');
    expect((await database.pool.query('select 1 from rowferry.imports')).rowCount).toBe(before.rowCount);
  });

  it('takes no more files at once than a subject may have imports', async () => {
    const { key } = await new ApiKeys(database.pool).create({ role: 'user', subject: '78' });
    const { body, type } = formOf([
      ['import', JSON.stringify({ dataset: 'diary' })],
      ['file', Buffer.alloc(100_000, 'a')],
    ]);
    const { port } = new URL(api.url);
    const slow = new Set<Socket>();
    /** A file that is never whole. One that is refused, because the look below had its place, comes again. */
    const hold = () => {
      const socket = connect(Number(port), '127.0.0.1');
      slow.add(socket);
      socket.write(
        `POST /v1/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n` +
          `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\nIdempotency-Key: k${Math.random()}\r\n\r\n`,
      );
      socket.write(body.subarray(0, 70_000));
      socket.once('data', () => {
        slow.delete(socket);
        socket.destroy();
        hold();
      });
    };
    hold();
    hold();
    const status = async () => {
      // What came before the slow ones is not what is in the way.
      await database.pool.query(`delete from rowferry.imports where subject = '78'`);
      return (await sendFile(newFile(), {}, { key })).status;
    };
    await expect.poll(status, { timeout: 20_000 }).toBe(429);
    for (const socket of slow) socket.destroy();
    await expect.poll(status, { timeout: 20_000 }).toBe(202);
  });

  it('makes one of a request that comes twice with a key, and refuses the key for another file', async () => {
    const file = newFile();
    const options = { headers: { 'idempotency-key': 'once' } };
    const first = await sendFile(file, {}, options);
    expect(first.status).toBe(202);
    const { id } = (await first.json()) as Import;
    const again = await sendFile(file, {}, options);
    expect([again.status, ((await again.json()) as Import).id]).toEqual([200, id]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await expectProblem(await sendFile(newFile(), {}, options), 422, 'idempotency_key_reused');
    const { rows } = await database.pool.query(
      `select act, details ->> 'outcome' as outcome from rowferry.audit_log where object_id = $1 order by id`,
      [id],
    );
    expect(rows).toEqual([
      { act: 'import.requested', outcome: 'created' },
      { act: 'import.requested', outcome: 'replayed' },
    ]);
  });

  it('forgets a key as long ago as those of exports, and then takes it for another file', async () => {
    const options = { headers: { 'idempotency-key': 'for-a-day' } };
    const { id } = (await (await sendFile(newFile(), {}, options)).json()) as Import;
    await database.pool.query(
      "update rowferry.imports set created_at = now() - interval '25 hours', status = 'failed', error_code = 'x', finished_at = now() where id = $1",
      [id],
    );
    const other = await sendFile(newFile(), {}, options);
    expect(other.status).toBe(202);
    const { id: otherId } = (await other.json()) as Import;
    expect(otherId).not.toBe(id);
    await database.pool.query('delete from rowferry.imports where id = $1', [otherId]);
  });

  it('takes no more at once than a subject may have', async () => {
    const { key } = await new ApiKeys(database.pool).create({ role: 'user', subject: '77' });
    const answers = await Promise.all([1, 2, 3, 4].map(() => sendFile(newFile(), {}, { key })));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 429, 429]);
  });

  it('keeps a file that waits from being taken for a leftover', async () => {
    const { rows } = await database.pool.query<{ id: string; object_key: string }>(
      "select id, object_key from rowferry.imports where status = 'queued' limit 1",
    );
    const [{ id, object_key: objectKey } = { id: '', object_key: '' }] = rows;
    const known = await new LeftoverRecords(database.pool).known([id]);
    expect(known.get(id)).toMatchObject({ open: true, objectKeys: [objectKey] });
  });
});

describe('a worker', () => {
  let worker: Imports;
  beforeAll(async () => {
    await database.pool.query('delete from rowferry.imports');
    worker = await openWorker();
    await worker.start();
  });
  afterAll(async () => {
    await worker.drain();
    await worker.close();
  });

  it('brings an export back, whose bytes are the same then, and removes the file', async () => {
    const file = (await exportDiary(database.url, 1)).toString();
    await database.pool.query("insert into users (id, name) values (500, 'Somebody')");
    const { key } = await new ApiKeys(database.pool).create({ role: 'user', subject: '500' });
    const response = await sendFile(gzipSync(file), {}, { key });
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as Import;
    expect(response.headers.get('location')).toBe(`/v1/imports/${id}`);
    expect(await ended(id, key)).toMatchObject({
      status: 'completed',
      attempt: 1,
      progress: { rows: 50 },
      report: { new: 50, written: 50, invalid: 0 },
    });
    expect((await exportDiary(database.url, 500)).toString()).toBe(file);
    await expect.poll(() => storedKeys(id)).toEqual([]);
  });

  it('takes back what the options of an export did, in any format', async () => {
    const { key } = await new ApiKeys(database.pool).create({ role: 'user', subject: '501' });
    await database.pool.query("insert into users (id, name) values (501, 'Somebody')");
    const options = { compression: 'none', preset: 'excel', dateFormat: 'dd.mm.yyyy' } as const;
    const file = await exportDiary(database.url, 1, { format: 'xlsx', options });
    const told = { format: 'xlsx', options };
    const made = (await (await sendFile(file, told, { key })).json()) as Import;
    expect(made).toMatchObject({ format: 'xlsx', options });
    expect(await ended(made.id, key)).toMatchObject({ report: { format: 'xlsx', new: 50, written: 50 } });
    const csv = await exportDiary(database.url, 1, { options });
    const again = (await (await sendFile(csv, { format: 'csv', options }, { key })).json()) as Import;
    expect(await ended(again.id, key)).toMatchObject({ report: { format: 'csv', new: 0, duplicate: 50 } });
    const odd = await expectProblem(
      await sendFile(csv, { options: { rot13: true } }),
      400,
      'invalid_request',
    );
    expect(odd.errors).toMatchObject([{ pointer: '/options/rot13' }]);
  });

  it('reports a dry run, and each invalid row', async () => {
    const file = `${newFile()}Film,1999,eleven,2024-01-01\n`;
    const content = { dryRun: true, onInvalid: 'skip-row' };
    const { id } = (await (await sendFile(file, content)).json()) as Import;
    const { report } = await ended(id);
    expect(report).toMatchObject({ rows: 2, new: 1, invalid: 1, written: 0 });
    expect(report?.['invalidRows']).toEqual([
      { row: 2, line: 3, part: null, column: 'rating', reason: '“eleven” is not a number' },
    ]);
  });

  it('fails what is no diary, with the reason', async () => {
    const { id } = (await (await sendFile('a,b\n1,2\n')).json()) as Import;
    expect(await ended(id)).toMatchObject({ status: 'failed', error: { code: 'bad_import_file' } });
  });

  it('runs nothing for a key that was revoked meanwhile', async () => {
    const keys = new ApiKeys(database.pool);
    const { key, id: keyId } = await keys.create({ role: 'user', subject: '2' });
    await worker.drain();
    const { id } = (await (await sendFile(newFile(), {}, { key })).json()) as Import;
    await keys.revoke(keyId);
    worker = await openWorker();
    await worker.start();
    expect(await ended(id, api.keys.second)).toMatchObject({
      status: 'failed',
      error: { code: 'key_revoked' },
    });
  });

  it('starts again what a worker was at that died, and doubles nothing', async () => {
    await worker.drain();
    const file = newFile();
    const { id } = (await (await sendFile(file)).json()) as Import;
    // An attempt that has written everything, and died before it could say so.
    const attempts = new ImportAttempts(database.pool, { leaseSeconds: LEASE_SECONDS, maxAttempts: 3 });
    const dead = await attempts.claim(id);
    const before = (await exportDiary(database.url, 1)).toString();
    await database.pool.query(
      `with film as (insert into movies (title, release_year) values ($1, 1999) returning id)
       insert into reviews (movie_id, user_id, rating, watched_at) select id, 1, 7, timestamptz '2024-01-01 00:00+00' from film`,
      [`Film ${lines}`],
    );
    worker = await openWorker();
    await worker.start();
    // Not before the silence was long enough.
    expect(await attempts.claim(id)).toBeUndefined();
    await expect
      .poll(
        async () => {
          await worker.upkeep.run();
          return (await look(id)).status;
        },
        { timeout: 20_000 },
      )
      .toBe('completed');
    expect(await look(id)).toMatchObject({ attempt: 2, report: { duplicate: 1, written: 0 } });
    expect((await exportDiary(database.url, 1)).toString().split('\n').length).toBe(
      before.split('\n').length + 1,
    );
    // Whoever was taken for dead hits no row any more.
    expect(await attempts.fail(id, dead?.attempt ?? 0, { code: 'x', message: 'x' })).toBe(false);
  });

  it('ends what has no attempts left, and forgets what ended long ago', async () => {
    await worker.drain();
    const { id } = (await (await sendFile(newFile())).json()) as Import;
    await database.pool.query('update rowferry.imports set attempt = 5 where id = $1', [id]);
    worker = await openWorker();
    await worker.start();
    await worker.upkeep.run();
    expect(await look(id)).toMatchObject({ status: 'failed', error: { code: 'attempts_exhausted' } });
    expect(await storedKeys(id)).toEqual([]);
    await database.pool.query(
      "update rowferry.imports set finished_at = now() - interval '91 days' where id = $1",
      [id],
    );
    await worker.upkeep.run();
    expect((await api.call('GET', `/v1/imports/${id}`)).status).toBe(404);
  });
});
