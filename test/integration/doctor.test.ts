import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

  it.each<[string, (method: string, query: URLSearchParams) => boolean]>([
    ['s3:AbortMultipartUpload', (method, query) => method === 'DELETE' && query.has('uploadId')],
    ['s3:DeleteObject', (method, query) => method === 'DELETE' && !query.has('uploadId')],
    ['s3:PutObject', (method, query) => method === 'PUT' && !query.has('partNumber')],
    ['s3:ListBucketMultipartUploads', (method, query) => method === 'GET' && query.has('uploads')],
  ])('names the right that is missing: %s', async (right, isRefused) => {
    proxy.fault = ({ method, url }) => (isRefused(method, url.searchParams) ? denied : 'pass');
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
