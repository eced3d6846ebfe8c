import { describe, expect, it, vi } from 'vitest';
import { ByteSource } from '../../src/export/byte-path/byte-source.ts';
import type { QuerySource, QuerySourceOptions } from '../../src/export/query-source.ts';
import { RowSource } from '../../src/export/row-source.ts';
import { openSourceClient, socketOf } from '../../src/export/source-client.ts';
import { largeDataset, useProxiedDatabase } from '../support/proxied-database.ts';
import { APPLICATION_NAME } from '../support/run-test-export.ts';

const proxied = useProxiedDatabase();

const openByteSource = (options: QuerySourceOptions) =>
  new ByteSource({ ...options, header: 'id,filler\n', maxRows: 1_000_000 });
const openRowSource = (options: QuerySourceOptions) =>
  new RowSource({ ...options, batchRows: 1000, batchBytes: 1_000_000 });

async function open<Source extends QuerySource>(create: (options: QuerySourceOptions) => Source) {
  const client = await openSourceClient({
    connectionString: proxied.connectionString,
    applicationName: APPLICATION_NAME,
    deadlineMs: 60_000,
  });
  const query = largeDataset.query({}, { orderBy: '' });
  return {
    client,
    source: create({
      client,
      query,
      columnNames: ['id', 'filler'],
      maxFieldBytes: 1_000_000,
      stallTimeoutMs: 20_000,
    }),
  };
}

async function drain(source: QuerySource, onPiece: () => unknown): Promise<void> {
  for await (const _piece of source) await onPiece();
}

const closeCursorOf = (source: QuerySource) => (source.cursor as { close(): Promise<void> }).close();

describe.each([
  ['a row source', openRowSource],
  ['a byte source', openByteSource],
])('%s', (_name, create) => {
  it('fails when somebody ends its client', async () => {
    const { client, source } = await open<QuerySource>(create);
    let ended = false;
    const endOnce = () => {
      if (!ended) void client.end();
      ended = true;
    };
    await expect(drain(source, endOnce)).rejects.toMatchObject({ code: 'source_unavailable' });
  });

  it('leaves the client to pg as it found it', async () => {
    const { client, source } = await open<QuerySource>(create);
    await drain(source, () => undefined);
    const { rows } = await client.query<{ n: number }>('select 42 as n');
    expect(rows).toEqual([{ n: 42 }]);
    await client.end();
  });
});

it('a row source fails when somebody closes its cursor, instead of ending early', async () => {
  const { source } = await open(openRowSource);
  await expect(drain(source, () => closeCursorOf(source))).rejects.toMatchObject({
    code: 'source_unavailable',
  });
});

it('a byte source has all its rows, even when somebody closes its cursor: they were asked for at once', async () => {
  const { client, source } = await open(openByteSource);
  let closed = false;
  await drain(source, () => {
    if (!closed) void closeCursorOf(source);
    closed = true;
  });
  expect(source.rowsWritten).toBe(100_000);
  await client.end();
});

it('a byte source fails when the server counts more rows than were read', async () => {
  const { source } = await open(openByteSource);
  const handle = source.handleCommandComplete as (message: { text: string }) => void;
  source.handleCommandComplete = () => {
    handle({ text: 'SELECT 100001' });
  };
  await expect(drain(source, () => undefined)).rejects.toMatchObject({
    code: 'row_count_mismatch',
    retryable: true,
  });
});

it('a byte source makes the server wait for a slow reader', async () => {
  const { client, source } = await open(openByteSource);
  const reader = source[Symbol.asyncIterator]();
  await reader.next();
  const waiting = async () => {
    const { rowCount } = await proxied.database.pool.query(
      `select from pg_stat_activity 
        where application_name = $1 and datname = current_database() and wait_event = 'ClientWrite'`,
      [APPLICATION_NAME],
    );
    return rowCount === 1;
  };
  await vi.waitUntil(waiting, { timeout: 10_000 });
  // Of some 25 MB: what it may hold ready, and what its socket had read before it was paused.
  expect(socketOf(client).bytesRead).toBeLessThan(2_000_000);
  for (let next = await reader.next(); next.done !== true; next = await reader.next());
  expect(source.rowsWritten).toBe(100_000);
  await client.end();
});
