// A dataset's `session`: PostgreSQL is told who asks, and shows them their rows and no others.
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import type { Asker, Dataset, SessionContext } from '../../src/export/dataset.ts';
import { explainExport } from '../../src/export/explain-export.ts';
import { previewExport } from '../../src/export/preview-export.ts';
import { beginSnapshot, closeSourceClient, createSourceClient } from '../../src/export/source-client.ts';
import { RIGHTS_DATASETS, useGuardedNotes } from '../support/guarded-notes.ts';
import { hasPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { readCsv } from '../support/read-csv.ts';
import { dataset } from '../support/rights/notes.ts';
import { backendsOf, runTestExport } from '../support/run-test-export.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture } from '../support/worker-fixture.ts';
import { until } from '../support/until.ts';

const database = useTestDatabase();
const storage = useTestStore();
const { store } = storage;
const notes = useGuardedNotes(database);
// The default source would show everything: its user is a superuser.
const api = useTestApi(database, storage, undefined, {
  settings: { ...RIGHTS_DATASETS, SOURCE_GUARDED_DATABASE_URL: notes.readerUrl },
});

const user = (subject: string): Asker => ({ tenant: 'default', subject, role: 'user' });
const admin: Asker = { tenant: 'default', subject: 'operator', role: 'admin' };
const telling = (session: () => SessionContext): Dataset => ({ ...dataset, session });
const silent = telling(() => ({}));
const source = { connectionString: notes.readerUrl, applicationName: 'under test' };

/** Whose rows are in the file, and how many. */
async function authorsFor(asker: Asker, options: Partial<Parameters<typeof runTestExport>[0]> = {}) {
  const { text } = await runTestExport({ dataset, asker, connectionString: notes.readerUrl, ...options });
  const counts: Record<string, number> = {};
  for (const [, author = ''] of readCsv(text).slice(1)) counts[author] = (counts[author] ?? 0) + 1;
  return counts;
}

describe.each(['auto', 'rows'] as const)('encoder %s', (encoder) => {
  it('exports the rows of the one who asks, though the query asks for all', async () => {
    expect(await authorsFor(user('1'), { encoder })).toEqual({ 1: 1000 });
    expect(await authorsFor(user('2'), { encoder })).toEqual({ 2: 1000 });
    expect(await authorsFor(admin, { encoder })).toEqual({ 1: 1000, 2: 1000, 3: 1000 });
  });

  it('filters the owner of the table too', async () => {
    const { ownerUrl: connectionString } = notes;
    expect(await authorsFor(user('1'), { encoder, connectionString })).toEqual({ 1: 1000 });
  });

  it('gives no row where the session says nothing, never all', async () => {
    expect(await authorsFor(admin, { encoder, dataset: silent })).toEqual({});
  });

  it.each(["1' or author <> '", `1'; set local row_security = off; --`, '$1', '1\\', "''"])(
    'takes the subject %s for a text',
    async (subject) => {
      expect(await authorsFor(user(subject), { encoder })).toEqual({});
    },
  );

  it('runs the query as the role that the session names', async () => {
    const { nobody, reader } = notes;
    const asNobody = () => ({ role: nobody, settings: { 'app.role': 'admin' } });
    const whoIs: Dataset = {
      ...telling(asNobody),
      columns: [{ name: 'who', type: 'text', description: 'Who.' }],
      query: () => ({ text: 'select current_user || $1 as who', values: [''] }),
    };
    const { text } = await runTestExport({
      dataset: whoIs,
      asker: admin,
      encoder,
      connectionString: notes.readerUrl,
    });
    expect(readCsv(text)).toEqual([['who'], [nobody]]);
    expect(nobody).not.toBe(reader);
    // The policy is not for it.
    expect(await authorsFor(admin, { encoder, dataset: telling(asNobody) })).toEqual({});
  });
});

it('holds over HTTP, at the source that the dataset names', async () => {
  const authors = async (key: string, params = {}) => {
    const response = await api.call('POST', '/v1/exports/preview', {
      key,
      body: { dataset: 'notes', params },
    });
    const { text } = (await response.json()) as { text: string };
    return new Set(
      readCsv(text)
        .slice(1)
        .map(([, author]) => author),
    );
  };
  expect(await authors(api.keys.first)).toEqual(new Set(['1']));
  expect(await authors(api.keys.second)).toEqual(new Set(['2']));
  expect(await authors(api.keys.admin, { author: '1' })).toEqual(new Set(['1', '2', '3']));
});

it('shows and estimates no other rows in a preview', async () => {
  const limits = { rows: 5, maxBytes: 100_000, timeoutMs: 10_000, bytesPerSecond: 1000 };
  const asked = { dataset, format: 'csv', params: {}, encoder: 'auto', source, limits } as const;
  const { signal } = new AbortController();
  const shown = await previewExport({ ...asked, asker: user('2'), signal });
  expect(
    readCsv(shown.text)
      .slice(1)
      .map(([, author]) => author),
  ).toEqual(Array(5).fill('2'));
  const none = await previewExport({ ...asked, dataset: silent, asker: user('2'), signal });
  expect(none).toMatchObject({ rows: 0, complete: true, estimate: { rows: 0 } });
});

it('estimates by the plan that holds for the one who asks', async () => {
  await database.pool.query('analyze public.notes');
  const asked = { formats: ['csv'], params: {}, encoder: 'auto', source, deadlineMs: 10_000 } as const;
  const theirs = await explainExport({ ...asked, dataset, asker: user('1') });
  const all = await explainExport({
    ...asked,
    dataset,
    asker: user('1'),
    source: { ...source, connectionString: database.url },
  });
  // A superuser is not filtered, and plans to read everything.
  expect(all.estimatedRows).toBe(3000);
  expect(theirs.estimatedRows).toBeLessThan(2000);
});

describe('the session', () => {
  it.each<[string, unknown]>([
    ['a setting of PostgreSQL', { settings: { statement_timeout: '0' } }],
    ['the role by the name of its setting', { settings: { role: 'postgres' } }],
    ['a name with SQL in it', { settings: { "app.x', '', true); --": '1' } }],
    ['a value that is missing', { settings: { 'app.user_id': undefined } }],
    ['a value with NUL', { settings: { 'app.user_id': '1\0' } }],
    ['no role', { role: 'none' }],
    ['an empty role', { role: '' }],
    ['a role whose name would be cut', { role: 'x'.repeat(64) }],
  ])('may not hold %s: no row is read', async (_name, session) => {
    const running = runTestExport({
      dataset: telling(() => session as SessionContext),
      asker: admin,
      connectionString: notes.readerUrl,
    });
    await expect(running).rejects.toMatchObject({ code: 'bad_session', retryable: false });
  });

  it('fails for good where the role is not there, or not the connection’s to take', async () => {
    for (const role of ['there is none', 'postgres; --', new URL(notes.ownerUrl).username]) {
      const running = runTestExport({
        dataset: telling(() => ({ role })),
        asker: admin,
        connectionString: notes.readerUrl,
      });
      await expect(running).rejects.toMatchObject({ code: 'source_query_failed', retryable: false });
    }
  });

  it('costs no round trip: it goes with the begin of the transaction', async () => {
    const roundTrips = async (session: SessionContext) => {
      const client = createSourceClient({ ...source, deadlineMs: 10_000 });
      onTestFinished(() => closeSourceClient(client));
      let answers = 0;
      // pg's types leave out its connection, which tells of each ReadyForQuery.
      const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
      connection.on('readyForQuery', () => answers++);
      await beginSnapshot(client, { ...source, deadlineMs: 10_000, session });
      return answers;
    };
    // One for the login, one for the transaction.
    expect(await roundTrips({})).toBe(2);
    expect(await roundTrips({ role: notes.nobody, settings: { 'app.user_id': '1' } })).toBe(2);
  });

  it.runIf(hasPgBouncer())(
    'is gone with its transaction, for whoever gets the server process next (needs pgbouncer on PATH)',
    async () => {
      const pooler = await startPgBouncer(database.url, 'transaction', 1);
      onTestFinished(() => pooler.stop());
      const next = new Client({ connectionString: pooler.url });
      await next.connect();
      onTestFinished(() => next.end());
      const state = async () =>
        (
          await next.query<{ pid: number }>(
            `select pg_backend_pid() as pid, session_user = current_user as same_role,
                    coalesce(current_setting('app.user_id', true), '') as user_id, current_setting('statement_timeout') as timeout`,
          )
        ).rows[0];
      const before = await state();
      const session = { role: notes.reader, settings: { 'app.user_id': '1' } };
      const connection = { ...source, connectionString: pooler.url, deadlineMs: 10_000, session };
      const client = createSourceClient(connection);
      await beginSnapshot(client, connection);
      const { rows } = await client.query(
        `select current_user as role, current_setting('app.user_id') as user_id`,
      );
      expect(rows).toEqual([{ role: notes.reader, user_id: '1' }]);
      await client.query('commit');
      await closeSourceClient(client);
      // The same server process: there is only one.
      expect(await state()).toEqual(before);
      expect(before).toMatchObject({ same_role: true, user_id: '', timeout: '0' });
      // A whole export ends its connection inside of its transaction, so the pooler starts another process.
      const told = telling(() => session);
      expect(await authorsFor(user('1'), { dataset: told, connectionString: pooler.url })).toEqual({
        1: 1000,
      });
      expect(await state()).toEqual({ ...before, pid: expect.any(Number) as number });
    },
  );
});

it('holds for the attempt after one whose backend was killed', async () => {
  const fixture = createWorkerFixture(database, store);
  const { hostname, port } = new URL(notes.readerUrl);
  const proxy = await startTcpProxy({ host: hostname, port: Number(port || 5432) });
  onTestFinished(() => proxy.close());
  const line = new URL(notes.readerUrl);
  line.hostname = '127.0.0.1';
  line.port = String(proxy.port);
  const processor = fixture.createProcessor({ dataset, source: line.href });
  const { id } = await fixture.records.create({
    tenant: DEFAULT_TENANT,
    role: 'user',
    subject: '3',
    dataset: dataset.name,
    formats: ['csv'],
    params: { author: '3' },
  });
  const cut = proxy.finishAfter(100_000);
  const outcome = await processor.process(id, new AbortController().signal);
  await cut;
  expect(outcome).not.toBe('done');
  const again = async () => (await processor.process(id, new AbortController().signal)) === 'done';
  await until(again);
  const record = await fixture.records.find(DEFAULT_TENANT, id);
  expect(record).toMatchObject({ status: 'completed', attempt: 2, rows: 1000 });
  const file = await runTestExport({ dataset, asker: user('3'), connectionString: notes.readerUrl });
  expect(record?.files[0]?.sha256).toBe(file.sha256);
  expect(await backendsOf(database.pool)).toEqual([]);
});
