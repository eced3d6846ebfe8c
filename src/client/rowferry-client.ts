import { randomUUID } from 'node:crypto';
import createClient from 'openapi-fetch';
import type { Client } from 'openapi-fetch';
import { given, problemOf, taken } from './answers.ts';
import { BulkExportsClient } from './bulk-exports.ts';
import { downloadTo } from './download.ts';
import type { DownloadedFile, DownloadTarget } from './download.ts';
import { RowferryError } from './errors.ts';
import { eventsOf } from './events.ts';
import type { CallOptions, FileOptions, RequestOptions } from './options.ts';
import { backoffMs, pause, retryAfterMs } from './pause.ts';
import type { components, operations, paths } from './schema.ts';
import { createTransport } from './transport.ts';

export type Export = components['schemas']['Export'];
export type NewExport = components['schemas']['NewExport'];
export type Preview = components['schemas']['Preview'];
export type Dataset = components['schemas']['Dataset'];
export type Schedule = components['schemas']['Schedule'];
export type NewSchedule = components['schemas']['NewSchedule'];
export type AuditEntry = components['schemas']['AuditEntry'];
export type AuditFilter = NonNullable<operations['listAuditEntries']['parameters']['query']>;
export type ExportFilter = NonNullable<operations['listExports']['parameters']['query']>;

export interface RowferryClientOptions {
  /** Where rowferry answers, e.g. `https://exports.example.com`. */
  url: string;
  /** An API key or a token. */
  key: string;
  /** The user to ask as; needs a key with the scope `act-as`. */
  actAs?: string;
  /** Of one try of one request, in milliseconds. Default: 30,000. */
  timeoutMs?: number;
  /** Tries of requests that may be repeated while the server is away or busy. Default: 5. */
  maxTries?: number;
}

export interface WatchOptions extends CallOptions {
  /** Where events cannot be had: pause between two looks, in milliseconds. Default: what the server's `Retry-After` says. */
  intervalMs?: number | undefined;
}

export interface WaitOptions extends WatchOptions {
  /** Called with each state that differs from the one before. */
  onChange?: ((state: Export) => void) | undefined;
}

const DEFAULT_INTERVAL_MS = 1000;

/** The HTTP interface of rowferry, typed by its OpenAPI document. */
export class RowferryClient {
  /** Exports for each of many subjects; needs the key of an admin. */
  readonly bulkExports: BulkExportsClient;
  readonly #api: Client<paths>;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;

  constructor({ url, key, actAs, timeoutMs = 30_000, maxTries = 5 }: RowferryClientOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
    this.#headers = {
      authorization: `Bearer ${key}`,
      ...(actAs === undefined ? {} : { 'rowferry-subject': encodeURIComponent(actAs) }),
    };
    this.#api = createClient<paths>({
      baseUrl: url,
      headers: this.#headers,
      fetch: createTransport({ timeoutMs, maxTries }),
      redirect: 'manual',
    });
    this.bulkExports = new BulkExportsClient(this.#api);
  }

  /** What may be exported. */
  async datasets({ signal }: CallOptions = {}): Promise<Dataset[]> {
    return taken(await this.#api.GET('/v1/datasets', given(signal))).datasets;
  }

  /**
   * Asks for an export. Resolves once it is recorded; {@link wait} for its end. One that is queued or running already is
   * not made twice, nor is one whose answer was lost on the way.
   */
  async request(
    body: NewExport,
    { signal, idempotencyKey = randomUUID() }: RequestOptions = {},
  ): Promise<Export> {
    const params = { header: { 'Idempotency-Key': idempotencyKey } };
    return taken(await this.#api.POST('/v1/exports', { params, body, ...given(signal) }));
  }

  /** How the file of an export would begin. */
  async preview(body: NewExport, { signal }: CallOptions = {}): Promise<Preview> {
    return taken(await this.#api.POST('/v1/exports/preview', { body, ...given(signal) }));
  }

  async get(id: string, { signal }: CallOptions = {}): Promise<Export> {
    return taken(await this.#api.GET('/v1/exports/{id}', { params: { path: { id } }, ...given(signal) }));
  }

  /** Newest first, page after page as they are asked for; `limit` is the size of a page. */
  async *list(filter: ExportFilter = {}, { signal }: CallOptions = {}): AsyncGenerator<Export, void> {
    let cursor = filter.cursor;
    do {
      const query = cursor === undefined ? filter : { ...filter, cursor };
      const page = taken(await this.#api.GET('/v1/exports', { params: { query }, ...given(signal) }));
      yield* page.exports;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  async cancel(id: string, { signal }: CallOptions = {}): Promise<Export> {
    const params = { path: { id } };
    return taken(await this.#api.POST('/v1/exports/{id}/cancel', { params, ...given(signal) }));
  }

  /** Has a failed export run once more. */
  async retry(id: string, { signal }: CallOptions = {}): Promise<Export> {
    const params = { path: { id } };
    return taken(await this.#api.POST('/v1/exports/{id}/retry', { params, ...given(signal) }));
  }

  /** Removes the file of an export before its time; the export stays. */
  async expire(id: string, { signal }: CallOptions = {}): Promise<Export> {
    const params = { path: { id } };
    return taken(await this.#api.POST('/v1/exports/{id}/expire', { params, ...given(signal) }));
  }

  /** Has an export made again and again. Its webhook’s secret is in the answer, and nowhere else. */
  async createSchedule(
    body: NewSchedule,
    { signal }: CallOptions = {},
  ): Promise<components['schemas']['ScheduleWithSecret']> {
    return taken(await this.#api.POST('/v1/schedules', { body, ...given(signal) }));
  }

  /** Newest first, page after page as they are asked for. */
  async *schedules({ signal }: CallOptions = {}): AsyncGenerator<Schedule, void> {
    let cursor: string | undefined;
    do {
      const query = cursor === undefined ? {} : { cursor };
      const page = taken(await this.#api.GET('/v1/schedules', { params: { query }, ...given(signal) }));
      yield* page.schedules;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  async pauseSchedule(id: string, { signal }: CallOptions = {}): Promise<Schedule> {
    const params = { path: { id } };
    return taken(await this.#api.POST('/v1/schedules/{id}/pause', { params, ...given(signal) }));
  }

  async resumeSchedule(id: string, { signal }: CallOptions = {}): Promise<Schedule> {
    const params = { path: { id } };
    return taken(await this.#api.POST('/v1/schedules/{id}/resume', { params, ...given(signal) }));
  }

  /** The exports that it asked for stay. */
  async deleteSchedule(id: string, { signal }: CallOptions = {}): Promise<void> {
    const params = { path: { id } };
    const { response, error } = await this.#api.DELETE('/v1/schedules/{id}', { params, ...given(signal) });
    if (!response.ok) throw problemOf(response, error);
  }

  /** Who did what, newest first, page after page as they are asked for; for admins. */
  async *audit(filter: AuditFilter = {}, { signal }: CallOptions = {}): AsyncGenerator<AuditEntry, void> {
    let cursor = filter.cursor;
    do {
      const query = cursor === undefined ? filter : { ...filter, cursor };
      const page = taken(await this.#api.GET('/v1/admin/audit', { params: { query }, ...given(signal) }));
      yield* page.entries;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** Deletes an export and its file. */
  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    const { response, error } = await this.#api.DELETE('/v1/exports/{id}', {
      params: { path: { id } },
      ...given(signal),
    });
    if (!response.ok) throw problemOf(response, error);
  }

  /**
   * Each state of an export that differs from the one before, until it has ended: as events, and where a stream breaks
   * off or cannot be had, by looking until one can.
   */
  async *watch(id: string, { signal, intervalMs }: WatchOptions = {}): AsyncGenerator<Export, void> {
    let last = '';
    let lastEventId: string | undefined;
    let failures = 0;
    let nextStreamAt = 0;
    const isNews = (state: Export) => {
      const before = last;
      last = JSON.stringify(state);
      return last !== before;
    };
    for (;;) {
      if (performance.now() >= nextStreamAt) {
        failures++;
        for await (const event of this.#events(id, lastEventId, signal)) {
          failures = 0;
          lastEventId = event.id;
          const state = JSON.parse(event.data) as Export;
          if (isNews(state)) yield state;
          if (hasEnded(state)) return;
        }
        nextStreamAt = failures === 0 ? 0 : performance.now() + backoffMs(failures);
      }
      const answer = await this.#api.GET('/v1/exports/{id}', { params: { path: { id } }, ...given(signal) });
      const state = taken(answer);
      if (isNews(state)) yield state;
      if (hasEnded(state)) return;
      await pause(intervalMs ?? retryAfterMs(answer.response) ?? DEFAULT_INTERVAL_MS, signal);
    }
  }

  /** The export once it is completed. @throws RowferryError `export_ended` when it ends without a file */
  async wait(id: string, { onChange, ...options }: WaitOptions = {}): Promise<Export> {
    for await (const state of this.watch(id, options)) {
      onChange?.(state);
      if (state.status === 'completed') return state;
      if (!hasEnded(state)) continue;
      const reason = state.error === null ? '' : `: ${state.error.message} (${state.error.code})`;
      throw new RowferryError('export_ended', `The export is ${state.status}${reason}`);
    }
    throw new RowferryError('export_ended', 'The export has ended.');
  }

  #events(id: string, lastEventId: string | undefined, signal: AbortSignal | undefined) {
    const url = `${this.#url}/v1/exports/${encodeURIComponent(id)}/events`;
    return eventsOf({ url, headers: this.#headers, lastEventId, timeoutMs: this.#timeoutMs, signal });
  }

  /** A signed link to a file, by default the first: it needs no key and lives for minutes. */
  async link(id: string, { format, signal }: FileOptions = {}): Promise<string> {
    const { response, error } = await this.#api.GET('/v1/exports/{id}/download', {
      params: { path: { id }, query: format === undefined ? {} : { format } },
      ...given(signal),
    });
    const location = response.headers.get('location');
    if (response.status !== 302 || location === null) throw problemOf(response, error);
    return location;
  }

  /**
   * Streams a file of a completed export, by default the first, into a path or a stream, goes on where a connection broke, and checks bytes
   * and SHA-256. Under its path a file appears only when it is whole; a stream is ended, or destroyed when it is not.
   *
   * @throws RowferryError `download_failed`; `wrong_file` when it is not the file that was written; ProblemError
   */
  async download(
    id: string,
    target: DownloadTarget,
    { format, signal }: FileOptions = {},
  ): Promise<DownloadedFile> {
    const { files, status } = await this.get(id, { signal });
    const file = format === undefined ? files[0] : files.find((one) => one.format === format);
    const link = () => this.link(id, { ...(format && { format }), signal });
    if (file === undefined || status === 'expired') {
      // The server says best why there is none.
      await link();
      throw new RowferryError('download_failed', `The export is ${status}.`);
    }
    return downloadTo(target, file, { link, signal });
  }
}

export function hasEnded({ status }: Pick<Export, 'status'>): boolean {
  return status !== 'queued' && status !== 'running';
}
