import { mkdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket, Upload } from './bucket.ts';
import { keepOnly, newId, removeTree, syncDirectory, writeJson } from './disk.ts';
import { S3Error } from './errors.ts';
import { publishRecord } from './object-files.ts';
import type { WriteGuard } from './object-files.ts';
import type { ReceivedPayload } from './payload.ts';
import type { ObjectRecord, PartRecord, UploadRecord } from './records.ts';
import type { Store } from './store.ts';

/**
 * An upload is a directory in the bucket's `data`: `upload.json`, and per part a file of bytes and a record that names
 * it. The object that comes out of it keeps the directory: completing writes one record that lists the files of the
 * parts in order, so not a byte of content is written twice.
 */
export async function createUpload(
  store: Store,
  bucket: Bucket,
  description: Omit<UploadRecord, 'id' | 'initiatedMs'>,
): Promise<Upload> {
  return bucket.write(async () => {
    const record: UploadRecord = { ...description, id: newId(), initiatedMs: Date.now() };
    const directory = join(bucket.dataDirectory, record.id);
    try {
      await mkdir(directory, { mode: 0o700 });
      await writeJson(join(directory, 'upload.json'), record, store.temporary);
      await syncDirectory(bucket.dataDirectory);
    } catch (error) {
      await removeTree(directory);
      throw error;
    }
    const upload: Upload = { record, parts: new Map(), closed: false };
    bucket.uploads.set(record.id, upload);
    return upload;
  });
}

/**
 * The upload of that id, if it is for that key.
 * @throws S3Error `NoSuchUpload`
 */
export function findUpload(bucket: Bucket, id: string | undefined, key: string): Upload {
  const upload = bucket.uploads.get(id ?? '');
  if (upload === undefined || upload.closed || upload.record.key !== key) throw noSuchUpload(id);
  return upload;
}

/**
 * Puts a received file into place as a part, instead of an earlier one of its number.
 * @throws S3Error `NoSuchUpload` when the upload has ended while the part was on its way
 */
export async function putPart(
  store: Store,
  bucket: Bucket,
  options: { upload: Upload; number: number; file: string; payload: ReceivedPayload },
): Promise<PartRecord> {
  const { upload, number, file, payload } = options;
  return withUpload(store, bucket, upload, async (directory) => {
    const name = `part-${String(number).padStart(5, '0')}`;
    const record: PartRecord = {
      number,
      sizeBytes: payload.sizeBytes,
      etag: payload.md5,
      lastModifiedMs: Date.now(),
      ...(payload.checksum === undefined ? {} : { checksum: payload.checksum }),
      file: `${name}-${newId()}`,
    };
    const place = join(directory, record.file);
    try {
      await rename(file, place);
      // Syncs the directory, and the name of the file with it.
      await writeJson(join(directory, `${name}.json`), record, store.temporary);
    } catch (error) {
      await removeTree(place);
      throw error;
    }
    const previous = upload.parts.get(number);
    upload.parts.set(number, record);
    if (previous !== undefined) await removeTree(join(directory, previous.file));
    return record;
  });
}

/** Ends an upload and removes its parts; those on their way are refused when they arrive. */
export async function abortUpload(store: Store, bucket: Bucket, upload: Upload): Promise<void> {
  await withUpload(store, bucket, upload, async (directory) => {
    await unlink(join(directory, 'upload.json'));
    upload.closed = true;
    bucket.uploads.delete(upload.record.id);
    await syncDirectory(directory);
    await removeTree(directory);
  });
}

/**
 * Makes an object of the chosen parts.
 * @param choose looks at the parts as they are now, and throws to refuse
 */
export async function completeUpload(
  store: Store,
  bucket: Bucket,
  options: {
    upload: Upload;
    choose: (parts: ReadonlyMap<number, PartRecord>) => {
      parts: readonly PartRecord[];
      etag: string;
      checksum: ObjectRecord['checksum'];
    };
    guard: WriteGuard;
  },
): Promise<ObjectRecord> {
  const { upload, choose, guard } = options;
  const { key, headers, metadata, id } = upload.record;
  return withUpload(store, bucket, upload, async (directory) => {
    const { parts, etag, checksum } = choose(upload.parts);
    const record: ObjectRecord = {
      key,
      headers,
      metadata,
      sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
      etag,
      lastModifiedMs: Date.now(),
      ...(checksum === undefined ? {} : { checksum }),
      data: id,
      files: parts.map((part) => ({ path: `${id}/${part.file}`, sizeBytes: part.sizeBytes })),
    };
    await store.locks.run(`object ${bucket.name}/${key}`, async () => {
      guard(bucket.objects.get(key));
      await publishRecord(store, bucket, record);
    });
    upload.closed = true;
    bucket.uploads.delete(id);
    // The object exists from here on. What cannot be tidied up now is tidied up at the next start.
    await keepOnly(directory, new Set(parts.map((part) => part.file))).catch(() => undefined);
    return record;
  });
}

// One change of an upload at a time: that is how Abort and Complete cannot leave a part behind.
async function withUpload<T>(
  store: Store,
  bucket: Bucket,
  upload: Upload,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  return bucket.write(() =>
    store.locks.run(`upload ${upload.record.id}`, async () => {
      if (upload.closed) throw noSuchUpload(upload.record.id);
      return work(join(bucket.dataDirectory, upload.record.id));
    }),
  );
}

function noSuchUpload(id: string | undefined): S3Error {
  const message =
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
  return new S3Error('NoSuchUpload', message, { UploadId: id ?? '' });
}
