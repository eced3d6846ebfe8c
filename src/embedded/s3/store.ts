import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Bucket, noSuchBucket } from './bucket.ts';
import { DataLeases } from './data-leases.ts';
import { makeDirectory, moveInto, newId, removeTree, syncDirectory, writeJson } from './disk.ts';
import { S3Error } from './errors.ts';
import { KeyedLock } from './keyed-lock.ts';
import { loadBuckets } from './recovery.ts';

/** Buckets, in memory and under one directory: `buckets/<name>/…` and `tmp/`, which is emptied at every start. */
export class Store {
  readonly temporary: string;
  readonly locks = new KeyedLock();
  readonly leases = new DataLeases();
  readonly #bucketsDirectory: string;
  readonly #buckets = new Map<string, Bucket>();

  private constructor(directory: string) {
    this.temporary = join(directory, 'tmp');
    this.#bucketsDirectory = join(directory, 'buckets');
  }

  /**
   * Opens the directory, making it when there is none, and clears away what a crash has left. One process per
   * directory: nothing guards against a second.
   */
  static async open(directory: string): Promise<Store> {
    const store = new Store(directory);
    await removeTree(store.temporary);
    await makeDirectory(store.temporary);
    await makeDirectory(store.#bucketsDirectory);
    for (const bucket of await loadBuckets(store.#bucketsDirectory)) store.#buckets.set(bucket.name, bucket);
    return store;
  }

  /** All buckets by name. */
  list(): Bucket[] {
    return [...this.#buckets.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** @throws S3Error `NoSuchBucket` */
  bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    return bucket;
  }

  /** @throws S3Error `InvalidBucketName`, `BucketAlreadyOwnedByYou` */
  async createBucket(name: string): Promise<void> {
    if (!isBucketName(name)) throw new S3Error('InvalidBucketName', 'The specified bucket is not valid.');
    await this.locks.run(`bucket ${name}`, async () => {
      if (this.#buckets.has(name)) {
        const message = 'Your previous request to create the named bucket succeeded and you already own it.';
        throw new S3Error('BucketAlreadyOwnedByYou', message, { BucketName: name });
      }
      const draft = join(this.temporary, newId());
      const bucket = new Bucket({
        name,
        directory: join(this.#bucketsDirectory, name),
        createdMs: Date.now(),
      });
      try {
        for (const child of ['', 'objects', 'data']) await mkdir(join(draft, child), { mode: 0o700 });
        await writeJson(join(draft, 'bucket.json'), { createdMs: bucket.createdMs }, this.temporary);
        await moveInto(draft, bucket.directory);
      } catch (error) {
        await removeTree(draft);
        throw error;
      }
      this.#buckets.set(name, bucket);
    });
  }

  /**
   * Deletes a bucket without objects. Unfinished uploads go with it, as on S3.
   * @throws S3Error `NoSuchBucket`, `BucketNotEmpty`, `OperationAborted` (something is being written just now)
   */
  async deleteBucket(name: string): Promise<void> {
    await this.locks.run(`bucket ${name}`, async () => {
      const bucket = this.bucket(name);
      if (bucket.objects.size > 0) {
        const message = 'The bucket you tried to delete is not empty';
        throw new S3Error('BucketNotEmpty', message, { BucketName: name });
      }
      if (bucket.busy) {
        throw new S3Error(
          'OperationAborted',
          'A conflicting operation is in progress against this bucket. Try again.',
        );
      }
      const grave = join(this.temporary, newId());
      bucket.deleted = true;
      for (const upload of bucket.uploads.values()) upload.closed = true;
      try {
        await moveInto(bucket.directory, grave);
        await syncDirectory(this.#bucketsDirectory);
      } finally {
        this.#buckets.delete(name);
      }
      // The bucket is gone whether or not its remains are: the next start empties the directory they are in.
      await removeTree(grave).catch(() => undefined);
    });
  }
}

/** "Bucket naming rules" of the S3 user guide, without its reserved prefixes and suffixes. */
function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name)
  );
}
