import { setTimeout as pause } from 'node:timers/promises';
import type { Identity } from '../auth/identity.ts';
import type { ActedBy, AuditLog } from '../db/audit-log.ts';
import type { ExportNotifications } from '../db/export-notifications.ts';
import type { ExportRecord } from '../db/export-record.ts';
import type { ExportRecords } from '../db/export-records.ts';
import type { ExportRequests } from '../db/export-requests.ts';
import type { TraceRecords } from '../db/trace-records.ts';
import { AppError } from '../errors.ts';
import { fileTypeOf } from '../export/compression.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { optionsOf } from '../export/options-of.ts';
import type { Logger } from '../logger.ts';
import { deleteWithManifest } from '../manifest/manifest-key.ts';
import type { Metrics } from '../metrics.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { checkAsked } from './asked-export.ts';
import { fileFormat } from './asked-form.ts';
import { chooseLane } from './choose-lane.ts';
import type { LaneOptions } from './choose-lane.ts';
import type { exportOperations } from './contract/exports.ts';
import { checkFile, roleFor } from './export-access.ts';
import { exportResource } from './export-resource.ts';
import type { Handlers } from './operations-router.ts';
import { notifyAnswer } from './notify-answer.ts';
import { pageOf } from './page.ts';
import { notifyTargets } from './notify-request.ts';
import type { NotifyPolicy } from './notify-request.ts';
import { limitReached, rateLimitHeaders } from './rate-limit-headers.ts';
import { visibleExport } from './visible-export.ts';

export interface ExportsOptions {
  datasets: DatasetRegistry;
  records: ExportRecords;
  requests: ExportRequests;
  auditLog: AuditLog;
  notifications: ExportNotifications;
  notify: NotifyPolicy;
  queue: ExportQueue;
  lanes: Omit<LaneOptions, 'records'>;
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
  const lanes = { ...options.lanes, records };
  const shownWithPlace = async (record: ExportRecord) =>
    exportResource(record, await placeOf(records, record));

  /** The row is the promise, so nobody waits for the queue. If it cannot take the job now, the janitor brings it there. */
  const enqueue = (record: ExportRecord) => {
    queue.add(record).catch((error: unknown) => {
      logger.warn(
        { err: error, exportId: record.id },
        'the queue did not take an export; the janitor will add it',
      );
    });
  };
  /** A link dies with its object. Where that fails now, the janitor removes it. */
  const removeFiles = async ({ id, files }: ExportRecord) => {
    const keys = files.flatMap(({ objectKey }) => objectKey ?? []);
    if (keys.length === 0) return;
    const removed = Promise.all(keys.map((key) => deleteWithManifest(store, key))).catch((error: unknown) => {
      logger.warn({ err: error, exportId: id }, 'a file could not be removed yet');
    });
    await Promise.race([removed, pause(REMOVE_PATIENCE_MS, undefined, { ref: false })]);
  };

  /** Checks the rights as they are now. @throws AppError `not_found`, `forbidden`, `not_ready`, `expired` */
  const signedLink = async (
    { id, format: wanted }: { id: string; format?: FileFormatName | undefined },
    identity: Identity,
    by: ActedBy,
  ) => {
    const record = await visibleExport(records, id, identity);
    const format = fileFormat(record.formats, wanted);
    // A dataset that was taken away can forbid nothing; its files stay until they expire.
    const dataset = datasets.get(record.dataset);
    const role = dataset === undefined ? undefined : roleFor(dataset, identity);
    const expired = new AppError('expired', 'Its time is over. Request the export again.');
    if (record.status === 'expired') throw expired;
    const file = record.files.find((one) => one.format === format);
    if (record.status !== 'completed' || file?.objectKey === undefined) {
      throw new AppError('not_ready', `The export is ${record.status}.`);
    }
    if (dataset !== undefined && role !== undefined) checkFile(dataset, role, file);
    const secondsLeft = Math.floor(record.secondsLeft ?? 0);
    if (secondsLeft < 1) throw expired;
    const expiresInSeconds = Math.min(options.downloadUrlTtlSeconds, secondsLeft);
    const url = await store.signDownload({
      key: file.objectKey,
      fileName: file.name,
      contentType: fileTypeOf(format, optionsOf(format, record.options)).contentType,
      expiresInSeconds,
    });
    // Before the link is told: a download that nobody could find in the log does not happen.
    await options.auditLog.write({
      tenant: record.tenant,
      by,
      act: 'export.downloaded',
      object: { kind: 'export', id: record.id },
      details: { dataset: record.dataset, format },
    });
    return { url, expiresInSeconds };
  };

  return {
    async requestExport({ body, headers, identity, by: actor, signal }) {
      const { dataset, role, formats, params, options: chosen } = checkAsked(datasets, body, identity);
      const { tenant, subject, via } = identity;
      const by = via.kind === 'key' ? { keyId: via.keyId } : {};
      const notify = notifyTargets(body.notify, identity, options.notify);
      const content = { dataset: dataset.name, formats, params, options: chosen };
      const asked = { tenant, role, subject, ...by, ...content, notify };
      const values = { ...asked, lane: await chooseLane(lanes, dataset, asked) };
      const idempotencyKey = headers['Idempotency-Key'];
      const answer = await requests.request(values, { by: actor, idempotencyKey, signal });
      if (answer.outcome === 'limited') throw limitReached(answer.limit, answer.limits);
      const record = answer.export;
      const isNew = answer.outcome === 'created';
      // Before all that may fail: it is promised now, and an answer that cannot be made must not hold it up.
      if (isNew) {
        await traces.begin(record.id);
        enqueue(record);
      }
      const told = await notifyAnswer(notify, record.id, {
        notifications: isNew ? undefined : options.notifications,
        webhookSecrets: options.notify.webhookSecrets,
      });
      const shown = { ...(await shownWithPlace(record)), ...told };
      const place = { Location: shown.links.self };
      if (answer.outcome === 'created') {
        const headers202 = { ...place, 'Retry-After': POLL_SECONDS, ...rateLimitHeaders(answer.limits) };
        return { status: 202, headers: headers202, body: shown };
      }
      const replayed = answer.outcome === 'replayed' ? ({ 'Idempotency-Replayed': 'true' } as const) : {};
      return { status: 200, headers: { ...place, ...pollOf(record), ...replayed }, body: shown };
    },

    async listExports({ query, identity: { tenant, roles, subject } }) {
      const { status, dataset, scheduleId, mine } = query;
      const ofAdmin = mine === 'true' ? { subject } : {};
      const own = roles.includes('admin') ? ofAdmin : ({ role: 'user', subject } as const);
      const { page, nextCursor, headers } = await pageOf('/v1/exports', query, (limit, after) =>
        records.list({ tenant, ...own, status, dataset, scheduleId, limit, after }),
      );
      const places = await records.places(page.filter(isQueued).map(({ id }) => id));
      return {
        status: 200,
        headers,
        body: { exports: page.map((record) => exportResource(record, places.get(record.id))), nextCursor },
      };
    },

    async getExport({ params, identity }) {
      const record = await visibleExport(records, params.id, identity);
      return { status: 200, headers: pollOf(record), body: await shownWithPlace(record) };
    },

    async deleteExport({ params, identity, by }) {
      const record = await visibleExport(records, params.id, identity);
      await records.delete(record.tenant, record.id, by);
      await removeFiles(record);
      return { status: 204 };
    },

    async cancelExport({ params, identity, by }) {
      const record = await visibleExport(records, params.id, identity);
      const cancelled = await records.cancel(record.tenant, record.id, by);
      if (cancelled === undefined) {
        const { status } = await visibleExport(records, record.id, identity);
        if (status !== 'cancelled')
          throw new AppError('already_ended', `It is ${status}; there is nothing to cancel.`);
      } else {
        metrics.exports.ended(cancelled, { outcome: 'cancelled' });
      }
      // In the queue it does no harm: who takes it finds that there is nothing to do.
      queue.remove(record).catch(() => undefined);
      return {
        status: 200,
        body: exportResource(cancelled ?? (await visibleExport(records, record.id, identity))),
      };
    },

    async retryExport({ params, identity, by, signal }) {
      const record = await visibleExport(records, params.id, identity);
      const { tenant, subject, via } = identity;
      // Who may see it as their own asks anew, with the key they have now; for an admin it stays as it was asked for.
      const own = record.subject === subject && identity.roles.includes(record.role);
      const keyId = own ? (via.kind === 'key' ? via.keyId : null) : undefined;
      const answer = await requests.retry({ ...record, tenant }, { by, keyId, signal });
      if (answer.outcome === 'limited') throw limitReached(answer.limit, answer.limits);
      if (answer.outcome === 'settled') {
        const { status } = await visibleExport(records, record.id, identity);
        throw new AppError('not_failed', `It is ${status}; only one that failed can be tried again.`);
      }
      enqueue(answer.export);
      const headers = { 'Retry-After': POLL_SECONDS, ...rateLimitHeaders(answer.limits) };
      return { status: 202, headers, body: await shownWithPlace(answer.export) };
    },

    async expireExport({ params, identity, by }) {
      const record = await visibleExport(records, params.id, identity);
      const expired = await records.expire(record.tenant, record.id, by);
      if (expired !== undefined) await removeFiles(record);
      const now = expired ?? (await visibleExport(records, record.id, identity));
      if (now.status !== 'expired') throw new AppError('not_ready', `The export is ${now.status}.`);
      return { status: 200, body: exportResource(now) };
    },

    async downloadExport({ params, query, identity, by }) {
      const { url } = await signedLink({ ...params, ...query }, identity, by);
      return {
        status: 302,
        headers: { Location: url, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
      };
    },

    async linkExport({ params, query, identity, by }) {
      return {
        status: 200,
        headers: { 'Cache-Control': 'no-store' },
        body: await signedLink({ ...params, ...query }, identity, by),
      };
    },
  };
}

function isQueued({ status }: ExportRecord): boolean {
  return status === 'queued';
}

/** Null where it cannot be told just now: an export that was accepted is answered with all the same. */
async function placeOf(records: ExportRecords, record: ExportRecord): Promise<number | null> {
  if (!isQueued(record)) return null;
  const places = await records.places([record.id]).catch(() => new Map<string, number>());
  return places.get(record.id) ?? null;
}

function pollOf({ status }: ExportRecord): { 'Retry-After'?: number } {
  return status === 'queued' || status === 'running' ? { 'Retry-After': POLL_SECONDS } : {};
}
