import { join } from 'node:path';
import { S3Error } from './errors.ts';
import type { ObjectRecord, PartRecord, UploadRecord } from './records.ts';
import { SortedIndex } from './utf8-order.ts';

export interface Upload {
  readonly record: UploadRecord;
  readonly parts: Map<number, PartRecord>;
  /** Completed, aborted or gone with its bucket: a part that ends now must not stay. */
  closed: boolean;
}

/**
 * A bucket in memory. Its directory holds `bucket.json`, `objects/<digest of the key>.json` (one record per object) and
 * `data/` (content: a file per PutObject, a directory per multipart upload). Content without a record is nobody's.
 */
export class Bucket {
  readonly name: string;
  readonly directory: string;
  readonly createdMs: number;
  readonly objects = new SortedIndex<ObjectRecord>();
  readonly uploads = new Map<string, Upload>();
  deleted = false;
  #writes = 0;

  constructor(options: { name: string; directory: string; createdMs: number }) {
    this.name = options.name;
    this.directory = options.directory;
    this.createdMs = options.createdMs;
  }

  get objectsDirectory(): string {
    return join(this.directory, 'objects');
  }

  get dataDirectory(): string {
    return join(this.directory, 'data');
  }

  /** Whether something is being put into place at this moment. */
  get busy(): boolean {
    return this.#writes > 0;
  }

  /**
   * Runs the last step of a write; DeleteBucket does not come in between.
   * @throws S3Error `NoSuchBucket` when it has been deleted meanwhile
   */
  async write<T>(work: () => Promise<T>): Promise<T> {
    if (this.deleted) throw noSuchBucket(this.name);
    this.#writes += 1;
    try {
      return await work();
    } finally {
      this.#writes -= 1;
    }
  }
}

export function noSuchBucket(name: string): S3Error {
  return new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
}
