import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ExportRecord } from '../db/export-record.ts';
import { fileTypeOf } from '../export/compression.ts';
import { fileNameOf } from '../export/file-name.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import { optionsOf } from '../export/options-of.ts';
import type { Logger } from '../logger.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { deleteWithManifest, manifestKeyOf } from '../manifest/manifest-key.ts';
import { ownerOf } from './janitor-steps/owner-of.ts';
import { sweepObjects } from './sweep-objects.ts';

export interface ExportedFilesOptions {
  store: ObjectStore;
  keyPrefix: string;
  logger: Logger;
}

export interface NewFile {
  format: FileFormatName;
  objectKey: string;
  name: string;
  contentType: string;
}

/** What a worker keeps in storage: one folder an export, one key an attempt, so that no two attempts ever meet. */
export class ExportedFiles {
  readonly #options: ExportedFilesOptions;

  constructor(options: ExportedFilesOptions) {
    this.#options = options;
  }

  /** For the file of each format a key that was never used before, and how it is called and served. */
  newFiles(record: ExportRecord): NewFile[] {
    const folder = `${record.attempt}-${randomBytes(8).toString('hex')}`;
    return record.formats.map((format) => {
      const { extension, contentType } = fileTypeOf(format, optionsOf(format, record.options));
      const name = fileNameOf(record.dataset, record.createdAt, extension);
      return { format, objectKey: `${this.#folderOf(record.id)}${folder}/${name}`, name, contentType };
    });
  }

  /** Puts what is said of a file beside it. @throws AppError `storage_failed` (retryable) */
  async storeManifest(objectKey: string, content: object, signal: AbortSignal): Promise<void> {
    await this.#options.store.upload({
      key: manifestKeyOf(objectKey),
      body: Readable.from([Buffer.from(`${JSON.stringify(content, null, 2)}\n`)]),
      contentType: 'application/json',
      signal,
    });
  }

  /** Best effort: what cannot be removed now, the janitor finds. */
  async discard(files: readonly Pick<NewFile, 'objectKey'>[]): Promise<void> {
    const { store, logger } = this.#options;
    for (const { objectKey } of files) {
      await deleteWithManifest(store, objectKey).catch((error: unknown) => {
        logger.warn({ err: error, objectKey }, 'an unpublished file could not be removed yet');
      });
    }
  }

  /** Removes what earlier attempts left that died; one that lives is fenced off and removes its own. */
  async sweepBefore({ id, attempt }: ExportRecord): Promise<void> {
    if (attempt > 1) await this.sweep(id, attempt - 1);
  }

  /**
   * Removes what attempts up to this one left. Never a later one's: somebody may have had the export retried since, and
   * its file is published. Best effort too.
   */
  async sweep(exportId: string, lastAttempt: number): Promise<void> {
    const { store, keyPrefix, logger } = this.#options;
    const isLeftOver = (key: string) => ownerOf(key, keyPrefix).attempt <= lastAttempt;
    await sweepObjects(store, this.#folderOf(exportId), isLeftOver).catch((error: unknown) => {
      logger.warn({ err: error, exportId }, 'left-over files could not be removed yet');
    });
  }

  #folderOf(exportId: string): string {
    return `${this.#options.keyPrefix}${exportId}/`;
  }
}
