import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileError } from './output-errors.ts';

/** Files that appear under their names only when every one of them is whole. */
export class WholeFiles {
  /** Where they are until then, and their names. */
  readonly #unfinished = new Map<string, string>();

  /**
   * Writes one. A device or a pipe (/dev/null) is written to, never replaced.
   *
   * @throws AppError `not_written`
   */
  async write(body: Readable, path: string): Promise<void> {
    try {
      const existing = await stat(path).catch(() => undefined);
      if (existing !== undefined && !existing.isFile()) {
        await pipeline(body, createWriteStream(path));
        return;
      }
      // A name of its own: two exports to one path must not write into each other.
      const unfinished = `${path}.${randomBytes(4).toString('hex')}.part`;
      this.#unfinished.set(unfinished, path);
      await pipeline(body, createWriteStream(unfinished, { flags: 'wx', flush: true }));
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /** Gives all their names. @throws AppError `not_written` */
  async publish(): Promise<void> {
    for (const [unfinished, path] of this.#unfinished) {
      try {
        await rename(unfinished, path);
        // The new name is on disk only once the folder is.
        const folder = await open(dirname(path));
        await folder.sync().finally(() => folder.close());
      } catch (error) {
        throw fileError(error, path);
      }
    }
  }

  /** Removes what has no name of its own. */
  async discard(): Promise<void> {
    for (const unfinished of this.#unfinished.keys()) await rm(unfinished, { force: true });
  }
}
