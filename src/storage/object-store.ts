import type { Readable } from 'node:stream';

export interface UploadRequest {
  /** Never used before: a published file is never written to again. */
  key: string;
  /** The file. The store consumes it to its end, or destroys it with an error. */
  body: Readable;
  contentType: string;
  /** Aborting rejects with the signal's reason and destroys `body` with it. */
  signal: AbortSignal;
}

export interface StoredObject {
  key: string;
  bytes: number;
  /** By the store's clock. */
  ageMs: number;
}

/** A file whose parts are being uploaded, or were once. */
export interface PendingUpload {
  key: string;
  uploadId: string;
  /** By the store's clock. */
  ageMs: number;
}

export interface DownloadLink {
  key: string;
  /** Name under which a browser saves the file. Any text: the store makes it safe for a header. */
  fileName: string;
  contentType: string;
  expiresInSeconds: number;
}

/** Where files are kept. All methods reject with an AppError `storage_failed` (retryable) when the store fails. */
export interface ObjectStore {
  /**
   * Stores `body` under `key`, in parts of bounded memory.
   *
   * Nothing is visible under the key until every byte arrived. When it rejects, nothing is visible and the store has
   * tried to drop the parts; what it could not drop, `abortUploads` finds later.
   */
  upload(request: UploadRequest): Promise<void>;
  /** The object's bytes, as they come. Rejects with `storage_failed` where there is no object, and while it is read. */
  download(key: string): Promise<AsyncIterable<Buffer>>;
  /** The object's size and age, or undefined when there is none. */
  head(key: string): Promise<StoredObject | undefined>;
  /** Removes the object; no error when there is none. */
  delete(key: string): Promise<void>;
  /** All objects whose key starts with `prefix`, in key order, fetched page by page. */
  list(prefix: string): AsyncIterable<StoredObject>;
  /** All unfinished uploads whose key starts with `prefix`, in key order, fetched page by page. */
  uploads(prefix: string): AsyncIterable<PendingUpload>;
  /** Drops one of them; a part that is still arriving may bring it back. False when it was not there any more. */
  abortUpload(upload: Pick<PendingUpload, 'key' | 'uploadId'>): Promise<boolean>;
  /** Drops all unfinished uploads under `prefix`, and those that come back meanwhile. Resolves to their keys. */
  abortUploads(prefix: string): Promise<string[]>;
  /** A URL that downloads the object without further credentials until it expires. */
  signDownload(link: DownloadLink): Promise<string>;
  /** Lets go of the connections. */
  close(): void;
}
