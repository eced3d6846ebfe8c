import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkDatabase } from '../../src/doctor/check-postgres.ts';
import { checkS3 } from '../../src/doctor/check-s3.ts';
import type { Finding } from '../../src/doctor/finding.ts';
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
