import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FormatName } from '../../src/export/formats/format.ts';
import { attemptsIn } from './attempts.ts';
import type { TestDatabase } from './test-database.ts';
import type { TestStore } from './test-store.ts';

/** Ends an export as a worker would, without one, and returns the key of its file; of several formats it is the same. */
export async function completeExport(
  { pool }: TestDatabase,
  { store }: TestStore,
  id: string,
  content: Buffer,
  formats: readonly FormatName[] = ['csv'],
): Promise<string> {
  const { claims, attempts } = attemptsIn(pool);
  const objectKey = `exports/${id}/1-test/diary.csv`;
  await store.upload({
    key: objectKey,
    body: Readable.from([content]),
    contentType: 'text/csv',
    signal: new AbortController().signal,
  });
  await claims.claim(id);
  await attempts.publish(id, 1, {
    rows: 0,
    bytes: content.length,
    files: formats.map((format) => ({
      format,
      name: `diary-2026-01-01.${format}`,
      objectKey,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      encoder: { path: 'bytes', reason: 'a test says so' },
      columns: [],
      manifest: {},
    })),
    retentionHours: 1,
  });
  return objectKey;
}
