import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkDatabase } from '../../src/doctor/check-postgres.ts';
import { checkSource } from '../../src/doctor/check-source.ts';
import type { SourceTarget } from '../../src/doctor/check-source.ts';
import { checkS3 } from '../../src/doctor/check-s3.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { useGuardedNotes } from '../support/guarded-notes.ts';
import { startHttpFaultProxy } from '../support/http-fault-proxy.ts';
import type { Fault, HttpFaultProxy } from '../support/http-fault-proxy.ts';
import { hasPgBouncer, startPgBouncer } from '../support/pgbouncer.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const { options, store } = useTestStore();

const failures = (findings: Finding[]) => findings.filter(({ state }) => state === 'fail');

describe('the database', () => {
  it('is fine as the tests have it', async () => {
    expect(failures(await checkDatabase(database.url))).toEqual([]);
  });

  it.runIf(hasPgBouncer())(
    'may be behind a pooler that keeps sessions, not behind one that does not (needs pgbouncer on PATH)',
    async () => {
      const inSessions = await startPgBouncer(database.url, 'session');
      const inTransactions = await startPgBouncer(database.url, 'transaction');
      try {
        expect(failures(await checkDatabase(inSessions.url))).toEqual([]);
        const [failure] = failures(await checkDatabase(inTransactions.url));
        expect(failure?.detail).toContain('transaction mode');
        expect(failure?.remedy).toContain('DATABASE_URL');
      } finally {
        await inSessions.stop();
        await inTransactions.stop();
      }
    },
  );
});

it('says that the tables are missing before they are made', async () => {
  const [failure] = failures(await checkDatabase(inject('services').postgresUrl));
  expect(failure?.remedy).toContain('rowferry migrate');
});

describe('a source', () => {
  const notes = useGuardedNotes(database);
  const check = (changes: Partial<SourceTarget> = {}) =>
    checkSource({
      name: 'guarded',
      setting: 'SOURCE_GUARDED_DATABASE_URL',
      connectionString: notes.readerUrl,
      holdsRecords: false,
      withSession: ['notes'],
      deadlineMs: 60_000,
      ...changes,
    });
  const warnings = (findings: Finding[]) => findings.filter(({ state }) => state === 'warn');

  it('is fine with a user that owns nothing and may only read', async () => {
    const findings = await check();
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    const text = findings.map(({ check: source, detail }) => `${source}: ${detail}`).join('\n');
    expect(text).toContain('source guarded: is a primary');
    expect(text).toContain('row-level security holds');
    expect(text).toContain('can write to no table');
  });

  it('is warned of with a user that may write, unless the records are there', async () => {
    const [warning, ...others] = warnings(await check({ connectionString: notes.ownerUrl }));
    expect(warning?.detail).toContain('may write to 1 table');
    expect(others).toEqual([]);
    const records = { connectionString: notes.ownerUrl, holdsRecords: true };
    expect(warnings(await check(records))).toEqual([]);
  });

  it('is warned of where policies do not hold for its user and a dataset has a session', async () => {
    const superuser = { connectionString: database.url, holdsRecords: true };
    const [warning] = warnings(await check(superuser));
    expect(warning?.detail).toContain('Row-level security does not hold');
    expect(warning?.detail).toContain('notes');
    expect(warnings(await check({ ...superuser, withSession: [] }))).toEqual([]);
    await database.pool.query(`alter role ${notes.reader} bypassrls`);
    expect(warnings(await check())[0]?.detail).toContain('BYPASSRLS');
    await database.pool.query(`alter role ${notes.reader} nobypassrls`);
  });

  it('is warned of where the server would end long exports', async (context) => {
    const { rows } = await database.pool.query(`select from pg_settings where name = 'transaction_timeout'`);
    if (rows.length === 0) context.skip('needs PostgreSQL 17, the first with transaction_timeout');
    await database.pool.query(`alter role ${notes.reader} set transaction_timeout = '7s'`);
    expect(warnings(await check())[0]?.detail).toContain('after 7 seconds');
    expect(warnings(await check({ deadlineMs: 7000 }))).toEqual([]);
    await database.pool.query(`alter role ${notes.reader} reset transaction_timeout`);
  });

  it('names its setting when it does not answer', async () => {
    const [failure] = failures(await check({ connectionString: 'postgres://x@127.0.0.1:9/x' }));
    expect(failure).toMatchObject({ check: 'source guarded' });
    expect(failure?.remedy).toContain('SOURCE_GUARDED_DATABASE_URL');
  });

  it.runIf(hasPgBouncer())(
    'may be behind a pooler by transactions, not behind one by statements (needs pgbouncer on PATH)',
    async () => {
      const inTransactions = await startPgBouncer(database.url, 'transaction');
      const inStatements = await startPgBouncer(database.url, 'statement');
      try {
        const behind = { withSession: [], holdsRecords: true };
        const findings = await check({ ...behind, connectionString: inTransactions.url });
        expect(failures(findings)).toEqual([]);
        expect(findings.map(({ detail }) => detail).join()).toContain('pooler in transaction mode');
        expect(failures(await check({ ...behind, connectionString: inStatements.url }))).toHaveLength(1);
      } finally {
        await inTransactions.stop();
        await inStatements.stop();
      }
    },
  );
});

describe('the storage', () => {
  let proxy: HttpFaultProxy;
  const denied: Fault = {
    status: 403,
    body: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>',
  };
  const check = () => checkS3({ ...options, endpoint: proxy.url }, 'exports/');

  beforeAll(async () => {
    proxy = await startHttpFaultProxy(options.endpoint ?? '');
  });
  afterEach(() => {
    proxy.fault = () => 'pass';
    proxy.headers = {};
  });
  afterAll(() => proxy.close());

  it('is fine as the tests have it, and nothing stays behind', async () => {
    expect((await check()).filter(({ state }) => state !== 'ok')).toEqual([]);
    const left: string[] = [];
    for await (const { key } of store.list('exports/doctor/')) left.push(key);
    expect(left).toEqual([]);
    expect(await store.abortUploads('exports/doctor/')).toEqual([]);
  });

  it.each<[string, (method: string, url: URL) => boolean]>([
    [
      's3:AbortMultipartUpload',
      (method, { searchParams }) => method === 'DELETE' && searchParams.has('uploadId'),
    ],
    ['s3:GetObject', (method, { pathname }) => method === 'HEAD' && pathname.includes('/doctor/')],
    ['s3:DeleteObject', (method, { searchParams }) => method === 'DELETE' && !searchParams.has('uploadId')],
    ['s3:PutObject', (method, { searchParams }) => method === 'PUT' && !searchParams.has('partNumber')],
    [
      's3:ListBucketMultipartUploads',
      (method, { searchParams }) => method === 'GET' && searchParams.has('uploads'),
    ],
  ])('names the right that is missing: %s', async (right, isRefused) => {
    proxy.fault = ({ method, url }) => (isRefused(method, url) ? denied : 'pass');
    const [failure, ...others] = failures(await check());
    expect(failure?.detail).toContain(right);
    expect(failure?.remedy).toContain(right);
    expect(others).toEqual([]);
  });

  it('warns of clocks that differ', async () => {
    proxy.headers = { date: new Date(Date.now() - 10 * 60_000).toUTCString() };
    const warnings = (await check()).filter(({ state }) => state === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.detail).toMatch(/differ by (59\d|60\d) seconds/);
  });
});
