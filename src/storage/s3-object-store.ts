import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { create as contentDisposition } from 'content-disposition';
import type {
  DownloadLink,
  ObjectStore,
  PendingUpload,
  StoredObject,
  UploadRequest,
} from './object-store.ts';
import { uploadInParts } from './part-upload.ts';
import { guardsOf } from './payload-guards.ts';
import { createS3Client, createSigningClient } from './s3-client.ts';
import type { S3Options } from './s3-client.ts';
import { isMissing, storageError } from './s3-errors.ts';
import { abortUpload, abortUploads, listUploads } from './s3-uploads.ts';
import { ServerClock } from './server-clock.ts';

async function* chunksOf(body: Readable, doing: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer;
  } catch (error) {
    throw storageError(error, doing);
  }
}

/** Time that dropping the parts may take after an abort, in milliseconds. */
const ABORT_CLEANUP_MS = 1000;

export interface S3ObjectStoreOptions extends S3Options {
  /** Size of a part; with at most 10,000 parts this bounds the largest file. */
  partSizeBytes: number;
  /** Parts of one upload in flight; an upload holds about one part more than this in memory. */
  partsInFlight: number;
}

/** ObjectStore over S3 or anything that speaks its protocol. */
export class S3ObjectStore implements ObjectStore {
  readonly #options: S3ObjectStoreOptions;
  readonly #client: S3Client;
  readonly #signer: S3Client;
  readonly #clock: ServerClock;

  constructor(options: S3ObjectStoreOptions) {
    this.#options = options;
    this.#client = createS3Client(options);
    this.#signer = createSigningClient(options);
    this.#clock = new ServerClock(this.#client);
  }

  async upload({ key, body, contentType, signal }: UploadRequest): Promise<void> {
    signal.throwIfAborted();
    const abortBody = () => body.destroy(signal.reason as Error);
    signal.addEventListener('abort', abortBody, { once: true });
    // Its failure is what this rejects with; an error event that nobody hears would end the process.
    body.on('error', () => undefined);
    try {
      await uploadInParts({
        client: this.#client,
        params: {
          Bucket: this.#options.bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          IfNoneMatch: '*',
        },
        partSizeBytes: this.#options.partSizeBytes,
        partsInFlight: this.#options.partsInFlight,
        crc32: guardsOf(this.#options).crc32,
        signal,
      });
    } catch (error) {
      // The answer to Complete may be lost, or its repetition refused, although the object is there.
      if (body.readableEnded && !signal.aborted && (await this.#isStored(key))) return;
      const failure = error === body.errored ? error : storageError(error, 'store the file');
      body.destroy(failure as Error);
      const cleaned = this.abortUploads(key).catch(() => undefined);
      // Whoever aborts is in a hurry; what a slow storage still holds then, the janitor drops.
      await (signal.aborted ? Promise.race([cleaned, pause(ABORT_CLEANUP_MS)]) : cleaned);
      throw signal.aborted ? signal.reason : failure;
    } finally {
      signal.removeEventListener('abort', abortBody);
    }
  }

  async download(key: string): Promise<AsyncIterable<Buffer>> {
    const doing = 'read the file';
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#options.bucket, Key: key }),
      );
      return chunksOf(Body as Readable, doing);
    } catch (error) {
      throw storageError(error, doing);
    }
  }

  async head(key: string): Promise<StoredObject | undefined> {
    try {
      const found = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#options.bucket, Key: key }),
      );
      return { key, bytes: found.ContentLength ?? 0, ageMs: this.#clock.ageMs(found, found.LastModified) };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw storageError(error, 'look at the file');
    }
  }

  async delete(key: string): Promise<void> {
    try {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#options.bucket, Key: key }));
    } catch (error) {
      throw storageError(error, 'delete the file');
    }
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#options.bucket, Prefix: prefix },
    );
    try {
      for await (const page of pages) {
        for (const { Key, Size, LastModified } of page.Contents ?? []) {
          if (Key !== undefined)
            yield { key: Key, bytes: Size ?? 0, ageMs: this.#clock.ageMs(page, LastModified) };
        }
      }
    } catch (error) {
      throw storageError(error, 'list the files');
    }
  }

  async *uploads(prefix: string): AsyncIterable<PendingUpload> {
    try {
      yield* listUploads(this.#client, prefix, this.#uploadOptions);
    } catch (error) {
      throw storageError(error, 'list the unfinished uploads');
    }
  }

  async abortUpload(upload: Pick<PendingUpload, 'key' | 'uploadId'>): Promise<boolean> {
    try {
      return await abortUpload(this.#client, this.#options.bucket, upload);
    } catch (error) {
      throw storageError(error, 'drop an unfinished upload');
    }
  }

  async abortUploads(prefix: string): Promise<string[]> {
    try {
      return await abortUploads(this.#client, prefix, this.#uploadOptions);
    } catch (error) {
      throw storageError(error, 'drop unfinished uploads');
    }
  }

  async signDownload({ key, fileName, contentType, expiresInSeconds }: DownloadLink): Promise<string> {
    const command = new GetObjectCommand({
      Bucket: this.#options.bucket,
      Key: key,
      // The presigner signs whatever it is given, line breaks included; the library makes an RFC 6266 header of it.
      ResponseContentDisposition: contentDisposition(fileName),
      ResponseContentType: contentType,
    });
    return getSignedUrl(this.#signer, command, { expiresIn: expiresInSeconds });
  }

  close(): void {
    this.#client.destroy();
    this.#signer.destroy();
  }

  get #uploadOptions() {
    return { bucket: this.#options.bucket, clock: this.#clock };
  }

  async #isStored(key: string): Promise<boolean> {
    return (await this.head(key).catch(() => undefined)) !== undefined;
  }
}
