import { removeTree } from './disk.ts';

/**
 * Keeps the bytes of a replaced or deleted object until the last download of them has ended: S3 answers a GET from one
 * version of the object, whatever happens to the key meanwhile.
 */
export class DataLeases {
  readonly #readers = new Map<string, number>();
  readonly #doomed = new Set<string>();

  /** Holds `path` while `work` runs. */
  async hold<T>(path: string, work: () => Promise<T>): Promise<T> {
    this.#readers.set(path, (this.#readers.get(path) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#readers.get(path) ?? 1) - 1;
      if (left > 0) this.#readers.set(path, left);
      else {
        this.#readers.delete(path);
        if (this.#doomed.delete(path)) await removeQuietly(path);
      }
    }
  }

  /** Removes `path` now, or when its last reader has gone. */
  async discard(path: string): Promise<void> {
    if (this.#readers.has(path)) this.#doomed.add(path);
    else await removeQuietly(path);
  }
}

// Nothing refers to the bytes any more, so the request that replaced them has succeeded whether or not they go: what
// stays is swept at the next start.
async function removeQuietly(path: string): Promise<void> {
  await removeTree(path).catch(() => undefined);
}
