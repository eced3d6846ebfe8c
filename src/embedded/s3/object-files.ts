import { unlink } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '../../errors.ts';
import type { Bucket } from './bucket.ts';
import { moveInto, newId, removeTree, syncDirectory, writeJson } from './disk.ts';
import type { ReceivedPayload } from './payload.ts';
import type { ByteRange } from './range.ts';
import { recordName } from './records.ts';
import type { ObjectRecord, UploadRecord } from './records.ts';
import type { Store } from './store.ts';

/** Checks the conditions of a write against the object that it would replace; throws to refuse. */
export type WriteGuard = (existing: ObjectRecord | undefined) => void;

/**
 * Puts a received file into place as the object of a key.
 * @param file finished and synced, on the store's file system; the caller removes it when this fails
 */
export async function putObject(
  store: Store,
  bucket: Bucket,
  options: {
    description: Pick<UploadRecord, 'key' | 'headers' | 'metadata'>;
    file: string;
    payload: ReceivedPayload;
    guard: WriteGuard;
  },
): Promise<ObjectRecord> {
  const { description, file, payload, guard } = options;
  return bucket.write(() =>
    store.locks.run(`object ${bucket.name}/${description.key}`, async () => {
      guard(bucket.objects.get(description.key));
      const data = newId();
      const record: ObjectRecord = {
        ...description,
        sizeBytes: payload.sizeBytes,
        etag: payload.md5,
        lastModifiedMs: Date.now(),
        ...(payload.checksum === undefined ? {} : { checksum: { ...payload.checksum, type: 'FULL_OBJECT' } }),
        data,
        files: [{ path: data, sizeBytes: payload.sizeBytes }],
      };
      const place = join(bucket.dataDirectory, data);
      try {
        await moveInto(file, place);
        await publishRecord(store, bucket, record);
      } catch (error) {
        await removeTree(place);
        throw error;
      }
      return record;
    }),
  );
}

/** Makes a record the object of its key: the moment at which a write has happened. The caller holds the key's lock. */
export async function publishRecord(store: Store, bucket: Bucket, record: ObjectRecord): Promise<void> {
  await writeJson(join(bucket.objectsDirectory, recordName(record.key)), record, store.temporary);
  const previous = bucket.objects.get(record.key);
  bucket.objects.set(record.key, record);
  if (previous !== undefined) await store.leases.discard(join(bucket.dataDirectory, previous.data));
}

/** Deletes the object of a key; none is fine. */
export async function deleteObject(store: Store, bucket: Bucket, key: string): Promise<void> {
  await bucket.write(() =>
    store.locks.run(`object ${bucket.name}/${key}`, async () => {
      const record = bucket.objects.get(key);
      if (record === undefined) return;
      try {
        await unlink(join(bucket.objectsDirectory, recordName(key)));
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') throw error;
      }
      bucket.objects.delete(key);
      await syncDirectory(bucket.objectsDirectory);
      await store.leases.discard(join(bucket.dataDirectory, record.data));
    }),
  );
}

/**
 * Sends bytes of an object and ends `sink`; it is destroyed with an error when a file is shorter than its record says.
 * The content stays until the end even when the object is replaced or deleted meanwhile.
 */
export async function sendObject(
  store: Store,
  bucket: Bucket,
  options: { record: ObjectRecord; range: ByteRange; sink: Writable },
): Promise<void> {
  const { record, range, sink } = options;
  const data = join(bucket.dataDirectory, record.data);
  await store.leases.hold(data, () => pipeline(() => readFiles(bucket.dataDirectory, record, range), sink));
}

// One file after the other, so that an object of 10,000 parts needs one open file.
async function* readFiles(directory: string, record: ObjectRecord, range: ByteRange): AsyncGenerator<Buffer> {
  let offset = 0;
  for (const file of record.files) {
    const start = Math.max(0, range.first - offset);
    const end = Math.min(file.sizeBytes - 1, range.last - offset);
    offset += file.sizeBytes;
    if (start > end) continue;
    const source = createReadStream(join(directory, file.path), { start, end, highWaterMark: 256 * 1024 });
    yield* source as AsyncIterable<Buffer>;
    if (source.bytesRead !== end - start + 1)
      throw new Error('a file of an object is shorter than its record says');
  }
}
