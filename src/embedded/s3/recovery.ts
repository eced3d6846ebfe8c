import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { codeOf } from '../../errors.ts';
import { Bucket } from './bucket.ts';
import type { Upload } from './bucket.ts';
import { keepOnly, removeTree } from './disk.ts';
import {
  bucketRecordSchema,
  objectRecordSchema,
  partRecordSchema,
  recordName,
  uploadRecordSchema,
} from './records.ts';
import type { ObjectRecord } from './records.ts';

/**
 * Reads all buckets from the disk. What a crash left is settled by one rule: content belongs to an object whose record
 * names it, or to an upload that has its `upload.json`; everything else is removed. An object wins over an upload, since
 * CompleteMultipartUpload writes the record first.
 */
export async function loadBuckets(directory: string): Promise<Bucket[]> {
  const buckets: Bucket[] = [];
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const record = await readRecord(join(path, 'bucket.json'), bucketRecordSchema);
    if (record === undefined) continue;
    const bucket = new Bucket({ name, directory: path, createdMs: record.createdMs });
    await loadObjects(bucket);
    await loadData(bucket);
    buckets.push(bucket);
  }
  return buckets;
}

async function loadObjects(bucket: Bucket): Promise<void> {
  const names = await readdir(bucket.objectsDirectory);
  for (const batch of batches(names, 64)) {
    const records = await Promise.all(
      batch.map(async (name) => {
        const record = await readRecord(join(bucket.objectsDirectory, name), objectRecordSchema);
        return record !== undefined && name === recordName(record.key) && (await isWhole(bucket, record))
          ? record
          : undefined;
      }),
    );
    for (const record of records) if (record !== undefined) bucket.objects.set(record.key, record);
  }
}

// A record whose content is missing or short names nothing that could be downloaded. Its file stays, for whoever looks
// into what happened; a new object under the key replaces it.
async function isWhole(bucket: Bucket, record: ObjectRecord): Promise<boolean> {
  for (const file of record.files) {
    const found = await stat(join(bucket.dataDirectory, file.path)).catch(() => undefined);
    if (found?.size !== file.sizeBytes) return false;
  }
  return true;
}

async function loadData(bucket: Bucket): Promise<void> {
  const owners = new Map<string, ObjectRecord>();
  for (const record of bucket.objects.values()) owners.set(record.data, record);
  for (const entry of await readdir(bucket.dataDirectory, { withFileTypes: true })) {
    const path = join(bucket.dataDirectory, entry.name);
    const owner = owners.get(entry.name);
    if (owner !== undefined) {
      if (entry.isDirectory())
        await keepOnly(path, new Set(owner.files.map((file) => file.path.split('/')[1] ?? '')));
      continue;
    }
    const upload = entry.isDirectory() ? await loadUpload(path) : undefined;
    if (upload === undefined) await removeTree(path);
    else bucket.uploads.set(upload.record.id, upload);
  }
}

async function loadUpload(directory: string): Promise<Upload | undefined> {
  const record = await readRecord(join(directory, 'upload.json'), uploadRecordSchema);
  if (record === undefined) return undefined;
  const upload: Upload = { record, parts: new Map(), closed: false };
  const keep = new Set(['upload.json']);
  for (const name of await readdir(directory)) {
    if (name === 'upload.json' || !name.endsWith('.json')) continue;
    const part = await readRecord(join(directory, name), partRecordSchema);
    if (part === undefined) continue;
    upload.parts.set(part.number, part);
    keep.add(name).add(part.file);
  }
  await keepOnly(directory, keep);
  return upload;
}

async function readRecord<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR')
      return undefined;
    throw error;
  }
}

function* batches<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
