import { setTimeout as pause } from 'node:timers/promises';
import type { Identity } from '../auth/identity.ts';
import type { ExportNotifications } from '../db/export-notifications.ts';
import type { ExportRecord } from '../db/export-record.ts';
import type { ExportRecords } from '../db/export-records.ts';
import type { ExportRequests } from '../db/export-requests.ts';
import type { TraceRecords } from '../db/trace-records.ts';
import { AppError } from '../errors.ts';
import { fileTypeOf } from '../export/compression.ts';
import { formats } from '../export/formats/index.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { checkAsked } from './asked-export.ts';
import type { exportOperations } from './contract/exports.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { checkColumns, roleFor } from './export-access.ts';
import { exportResource } from './export-resource.ts';
import type { Handlers } from './operations-router.ts';
import { notifyAnswer } from './notify-answer.ts';
import { notifyTargets } from './notify-request.ts';
import type { NotifyPolicy } from './notify-request.ts';
import { limitReached, rateLimitHeaders } from './rate-limit-headers.ts';
import { visibleExport } from './visible-export.ts';

export interface ExportsOptions {
  datasets: DatasetRegistry;
  records: ExportRecords;
  requests: ExportRequests;
  notifications: ExportNotifications;
  notify: NotifyPolicy;
  queue: ExportQueue;
  store: ObjectStore;
  downloadUrlTtlSeconds: number;
  traces: TraceRecords;
  metrics: Metrics;
  logger: Logger;
}

/** How often a client need look. */
const POLL_SECONDS = 1;
/** Time that removing a deleted file may keep its client waiting. */
const REMOVE_PATIENCE_MS = 1000;

export function exportsHandlers(options: ExportsOptions): Handlers<typeof exportOperations> {
  const { datasets, records, requests, queue, store, traces, metrics, logger } = options;

  /** Checks the rights as they are now. @throws AppError `not_found`, `forbidden`, `not_ready`, `expired` */
  const signedLink = async (id: string, identity: Identity) => {
    const record = await visibleExport(records, id, identity);
    // A dataset that was taken away can forbid nothing; its files stay until they expire.
    const dataset = datasets.get(record.dataset);
    const role = dataset === undefined ? undefined : roleFor(dataset, identity);
    const expired = new AppError('expired', 'Its time is over. Request the export again.');
    if (record.status === 'expired') throw expired;
    if (record.status !== 'completed' || record.objectKey === null || record.fileName === null) {
      throw new AppError('not_ready', `The export is ${record.status}.`);
    }
    if (dataset !== undefined && role !== undefined) checkColumns(dataset, role, record.columns);
    const secondsLeft = Math.floor(record.secondsLeft ?? 0);
    if (secondsLeft < 1) throw expired;
    const expiresInSeconds = Math.min(options.downloadUrlTtlSeconds, secondsLeft);
    const url = await store.signDownload({
      key: record.objectKey,
      fileName: record.fileName,
      contentType: fileTypeOf(formats[record.format], record.options.compression).contentType,
      expiresInSeconds,
    });
    return { url, expiresInSeconds };
  };

  return {
    async requestExport({ body, headers, identity, signal }) {
      const { dataset, role, format, params, options: chosen } = checkAsked(datasets, body, identity);
      const { tenant, subject, via } = identity;
      const by = via.kind === 'key' ? { keyId: via.keyId } : {};
      const notify = notifyTargets(body.notify, identity, options.notify);
      const content = { dataset: dataset.name, format, params, options: chosen };
      const values = { tenant, role, subject, ...by, ...content, notify };
      const answer = await requests.request(values, { idempotencyKey: headers['Idempotency-Key'], signal });
      if (answer.outcome === 'limited') throw limitReached(answer.limit, answer.limits);
      const record = answer.export;
      const told = await notifyAnswer(notify, record.id, {
        notifications: options.notifications,
        webhookSecrets: options.notify.webhookSecrets,
      });
      const shown = { ...exportResource(record), ...told };
      const place = { Location: shown.links.self };
      if (answer.outcome === 'created') {
        await traces.begin(record.id);
        // The row is the promise, so nobody waits for the queue. If it cannot take the job now, the janitor brings it there.
        queue.add(record.id).catch((error: unknown) => {
          logger.warn(
            { err: error, exportId: record.id },
            'the queue did not take an export; the janitor will add it',
          );
        });
        const headers202 = { ...place, 'Retry-After': POLL_SECONDS, ...rateLimitHeaders(answer.limits) };
        return { status: 202, headers: headers202, body: shown };
      }
      const replayed = answer.outcome === 'replayed' ? ({ 'Idempotency-Replayed': 'true' } as const) : {};
      return { status: 200, headers: { ...place, ...pollOf(record), ...replayed }, body: shown };
    },

    async listExports({ query, identity: { tenant, roles, subject } }) {
      const { limit, cursor, status, dataset } = query;
      const found = await records.list({
        tenant,
        subject: roles.includes('admin') ? undefined : subject,
        status,
        dataset,
        limit: limit + 1,
        after: cursor === undefined ? undefined : decodeCursor(cursor),
      });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      const nextCursor = last === undefined ? null : encodeCursor(last.position);
      return {
        status: 200,
        headers: nextCursor === null ? {} : { Link: nextLink({ ...query, cursor: nextCursor }) },
        body: { exports: page.map((record) => exportResource(record)), nextCursor },
      };
    },

    async getExport({ params, identity }) {
      const record = await visibleExport(records, params.id, identity);
      return { status: 200, headers: pollOf(record), body: exportResource(record) };
    },

    async deleteExport({ params, identity }) {
      const record = await visibleExport(records, params.id, identity);
      await records.delete(record.tenant, record.id);
      // The link dies with the object. Where that fails now, the janitor removes it.
      if (record.objectKey !== null) {
        const removed = store.delete(record.objectKey).catch((error: unknown) => {
          logger.warn({ err: error, exportId: record.id }, 'a deleted file could not be removed yet');
        });
        await Promise.race([removed, pause(REMOVE_PATIENCE_MS, undefined, { ref: false })]);
      }
      return { status: 204 };
    },

    async cancelExport({ params, identity }) {
      const record = await visibleExport(records, params.id, identity);
      const cancelled = await records.cancel(record.tenant, record.id);
      if (cancelled === undefined) {
        const { status } = await visibleExport(records, record.id, identity);
        if (status !== 'cancelled')
          throw new AppError('already_ended', `It is ${status}; there is nothing to cancel.`);
      } else {
        metrics.exports.ended(cancelled, { outcome: 'cancelled' });
      }
      // In the queue it does no harm: who takes it finds that there is nothing to do.
      queue.remove(record.id).catch(() => undefined);
      return {
        status: 200,
        body: exportResource(cancelled ?? (await visibleExport(records, record.id, identity))),
      };
    },

    async downloadExport({ params, identity }) {
      const { url } = await signedLink(params.id, identity);
      return {
        status: 302,
        headers: { Location: url, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
      };
    },

    async linkExport({ params, identity }) {
      return {
        status: 200,
        headers: { 'Cache-Control': 'no-store' },
        body: await signedLink(params.id, identity),
      };
    },
  };
}

function pollOf({ status }: ExportRecord): { 'Retry-After'?: number } {
  return status === 'queued' || status === 'running' ? { 'Retry-After': POLL_SECONDS } : {};
}

function nextLink(query: Readonly<Record<string, string | number | undefined>>): string {
  const next = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) next.set(name, String(value));
  return `</v1/exports?${next.toString()}>; rel="next"`;
}
