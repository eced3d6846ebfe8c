import { randomUUID } from 'node:crypto';
import type { Client } from 'openapi-fetch';
import { given, problemOf, taken } from './answers.ts';
import { downloadTo } from './download.ts';
import type { DownloadedFile, DownloadTarget } from './download.ts';
import { RowferryError } from './errors.ts';
import type { CallOptions, RequestOptions } from './options.ts';
import { pause, retryAfterMs } from './pause.ts';
import type { components, operations, paths } from './schema.ts';

export type BulkExport = components['schemas']['BulkExport'];
export type BulkExportDetail = components['schemas']['BulkExportDetail'];
export type BulkSubject = components['schemas']['BulkSubject'];
export type NewBulkExport = components['schemas']['NewBulkExport'];
export type BulkFilter = NonNullable<operations['listBulkExports']['parameters']['query']>;
export type BulkSubjectFilter = NonNullable<operations['listBulkSubjects']['parameters']['query']>;

export interface BulkWaitOptions extends CallOptions {
  /** Pause between two looks, in milliseconds. Default: what the server's `Retry-After` says. */
  intervalMs?: number | undefined;
  /** Called with each state. */
  onChange?: ((state: BulkExportDetail) => void) | undefined;
}

const DEFAULT_INTERVAL_MS = 2000;

/** Exports for each of many subjects; needs the key of an admin. */
export class BulkExportsClient {
  readonly #api: Client<paths>;

  constructor(api: Client<paths>) {
    this.#api = api;
  }

  /** Resolves once it is recorded; {@link wait} for its end. One whose answer was lost on the way is not made twice. */
  async start(
    body: NewBulkExport,
    { signal, idempotencyKey = randomUUID() }: RequestOptions = {},
  ): Promise<BulkExport> {
    const params = { header: { 'Idempotency-Key': idempotencyKey } };
    return taken(await this.#api.POST('/v1/bulk-exports', { params, body, ...given(signal) }));
  }

  async get(id: string, { signal }: CallOptions = {}): Promise<BulkExportDetail> {
    const params = { path: { id } };
    return taken(await this.#api.GET('/v1/bulk-exports/{id}', { params, ...given(signal) }));
  }

  /** Newest first, page after page as they are asked for. */
  async *list(filter: BulkFilter = {}, { signal }: CallOptions = {}): AsyncGenerator<BulkExport, void> {
    let cursor = filter.cursor;
    do {
      const query = cursor === undefined ? filter : { ...filter, cursor };
      const page = taken(await this.#api.GET('/v1/bulk-exports', { params: { query }, ...given(signal) }));
      yield* page.bulkExports;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** Its subjects, and what has become of each, page after page. */
  async *subjects(
    id: string,
    filter: BulkSubjectFilter = {},
    { signal }: CallOptions = {},
  ): AsyncGenerator<BulkSubject, void> {
    let cursor = filter.cursor;
    do {
      const query = cursor === undefined ? filter : { ...filter, cursor };
      const params = { path: { id }, query };
      const page = taken(await this.#api.GET('/v1/bulk-exports/{id}/exports', { params, ...given(signal) }));
      yield* page.exports;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  async cancel(id: string, { signal }: CallOptions = {}): Promise<BulkExport> {
    const params = { path: { id } };
    return taken(await this.#api.POST('/v1/bulk-exports/{id}/cancel', { params, ...given(signal) }));
  }

  /** Makes a new export for each subject whose export failed. */
  async retry(id: string, { signal }: CallOptions = {}): Promise<BulkExport> {
    const params = { path: { id } };
    return taken(await this.#api.POST('/v1/bulk-exports/{id}/retry', { params, ...given(signal) }));
  }

  /** Deletes a bulk export, its exports and their files. */
  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    const params = { path: { id } };
    const { response, error } = await this.#api.DELETE('/v1/bulk-exports/{id}', { params, ...given(signal) });
    if (!response.ok) throw problemOf(response, error);
  }

  /** The bulk export once it has ended, however it did. */
  async wait(id: string, { signal, intervalMs, onChange }: BulkWaitOptions = {}): Promise<BulkExportDetail> {
    for (;;) {
      const params = { path: { id } };
      const answer = await this.#api.GET('/v1/bulk-exports/{id}', { params, ...given(signal) });
      const state = taken(answer);
      onChange?.(state);
      if (state.finishedAt !== null) return state;
      await pause(intervalMs ?? retryAfterMs(answer.response) ?? DEFAULT_INTERVAL_MS, signal);
    }
  }

  /** Streams the manifest into a path or a stream, checked as {@link RowferryClient.download} does. */
  async manifest(
    id: string,
    target: DownloadTarget,
    { signal, format = 'csv' }: CallOptions & { format?: 'csv' | 'json' } = {},
  ): Promise<DownloadedFile> {
    const { manifest } = await this.get(id, { signal });
    const link = async () => {
      const { response, error } = await this.#api.GET('/v1/bulk-exports/{id}/manifest', {
        params: { path: { id }, query: { format } },
        ...given(signal),
      });
      const location = response.headers.get('location');
      if (response.status !== 302 || location === null) throw problemOf(response, error);
      return location;
    };
    if (manifest === null) {
      // The server says best why there is none.
      await link();
      throw new RowferryError('download_failed', 'There is no manifest.');
    }
    return downloadTo(target, manifest[format], { link, signal });
  }
}
