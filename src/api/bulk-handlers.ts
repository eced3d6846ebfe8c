import { subjectName } from '../auth/identity.ts';
import type { Identity } from '../auth/identity.ts';
import type { ActedBy, AuditLog } from '../db/audit-log.ts';
import type { BulkRecord, ManifestFormat } from '../db/bulk-record.ts';
import type { BulkRecords } from '../db/bulk-records.ts';
import type { BulkSubject } from '../db/bulk-subjects.ts';
import type { BulkRequests } from '../db/bulk-requests.ts';
import { AppError } from '../errors.ts';
import { formats } from '../export/formats/index.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Logger } from '../logger.ts';
import type { BulkQueue } from '../queue/bulk-queue.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { checkAskedBulk } from './asked-bulk.ts';
import { bulkResource, subjectResource } from './bulk-resource.ts';
import type { bulkOperations } from './contract/bulk-exports.ts';
import { notifyAnswer } from './notify-answer.ts';
import { notifyTargets } from './notify-request.ts';
import type { NotifyPolicy } from './notify-request.ts';
import type { Handlers } from './operations-router.ts';
import { pageBy, pageOf } from './page.ts';
import { invalidRequest } from './parse-request.ts';
import { notFound } from './problem.ts';
import { limitReached } from './rate-limit-headers.ts';

export interface BulkOptions {
  records: BulkRecords;
  requests: BulkRequests;
  queue: BulkQueue;
  maxSubjects: number;
}

/** What they share with other handlers. */
interface SharedOptions {
  datasets: DatasetRegistry;
  notify: NotifyPolicy;
  store: ObjectStore;
  downloadUrlTtlSeconds: number;
  auditLog: AuditLog;
  logger: Logger;
}

/** How often a client need look. */
const POLL_SECONDS = 2;
const poll = { 'Retry-After': POLL_SECONDS };

/** Bulk exports, for the admins of a tenant. */
export function bulkHandlers(
  { records, requests, queue, maxSubjects }: BulkOptions,
  shared: SharedOptions,
): Handlers<typeof bulkOperations> {
  const { datasets, store, logger } = shared;
  const own = async (id: string, { tenant }: Identity): Promise<BulkRecord> => {
    const record = await records.find(tenant, id);
    if (record === undefined) throw notFound();
    return record;
  };
  const shown = async (record: BulkRecord) => {
    const counts = (await records.counts([record])).get(record.id);
    if (counts === undefined) throw notFound();
    return bulkResource(record, counts);
  };
  /** The row is the promise, so nobody waits for the queue. If it cannot take the job now, the janitor brings it there. */
  const wake = ({ id: bulkId }: BulkRecord) => {
    queue.ensure(bulkId).catch((error: unknown) => {
      logger.warn({ err: error, bulkId }, 'the queue did not take a bulk export; the janitor will add it');
    });
  };
  const signedManifest = async (record: BulkRecord, format: ManifestFormat, by: ActedBy) => {
    const { status, finishedAt, manifest, secondsLeft, expiresAt, error } = record;
    if (finishedAt === null) throw new AppError('not_ready', `The bulk export is ${status}.`);
    if (expiresAt === null) {
      throw new AppError('not_ready', `There is no manifest. ${error?.message ?? ''}`.trim());
    }
    const left = Math.floor(secondsLeft ?? 0);
    if (manifest === null || left < 1) throw new AppError('expired', 'The time of the manifest is over.');
    const { objectKey: key, fileName } = manifest[format];
    const expiresInSeconds = Math.min(shared.downloadUrlTtlSeconds, left);
    const { contentType } = formats[format];
    const url = await store.signDownload({ key, fileName, contentType, expiresInSeconds });
    // Before the link is told, as with exports.
    await shared.auditLog.write({
      tenant: record.tenant,
      by,
      act: 'bulk.manifest_downloaded',
      object: { kind: 'bulk-export', id: record.id },
      details: { dataset: record.dataset, format },
    });
    return { url, expiresInSeconds };
  };

  return {
    async requestBulkExport({ body, headers, identity, by: actor, signal }) {
      const asked = checkAskedBulk(datasets, body, identity, { maxSubjects });
      const { exports: tellExports, ...targets } = body.notify;
      const notify = notifyTargets(targets, identity, shared.notify);
      const { tenant, subject, via } = identity;
      const by = via.kind === 'key' ? { keyId: via.keyId } : {};
      const values = { ...asked, tenant, subject, ...by, notify, tellExports };
      const answer = await requests.request(values, {
        by: actor,
        idempotencyKey: headers['Idempotency-Key'],
        signal,
      });
      if (answer.outcome === 'limited') throw limitReached(answer.limit, answer.limits);
      const { bulk, outcome } = answer;
      wake(bulk);
      const told = await notifyAnswer(notify, bulk.id, {
        notifications: records,
        webhookSecrets: shared.notify.webhookSecrets,
      });
      const replayed = outcome === 'replayed' ? ({ 'Idempotency-Replayed': 'true' } as const) : {};
      const place = { Location: `/v1/bulk-exports/${bulk.id}` };
      return {
        status: 202,
        headers: { ...place, ...poll, ...replayed },
        body: { ...(await shown(bulk)), ...told },
      };
    },

    async listBulkExports({ query, identity: { tenant } }) {
      const { status } = query;
      const { page, nextCursor, headers } = await pageOf('/v1/bulk-exports', query, (limit, after) =>
        records.list({ tenant, status, limit, after }),
      );
      const counts = await records.counts(page);
      const bulkExports = page.flatMap((record) => {
        const of = counts.get(record.id);
        return of === undefined ? [] : [bulkResource(record, of)];
      });
      return { status: 200, headers, body: { bulkExports, nextCursor } };
    },

    async getBulkExport({ params, identity }) {
      const record = await own(params.id, identity);
      const body = { ...(await shown(record)), failures: await records.failures(record) };
      return { status: 200, headers: record.finishedAt === null ? poll : {}, body };
    },

    async listBulkSubjects({ params, query, identity }) {
      const record = await own(params.id, identity);
      const { status } = query;
      const { page, nextCursor, headers } = await pageBy(
        `/v1/bulk-exports/${record.id}/exports`,
        query,
        { positionOf: ({ subject }: BulkSubject) => subject, decode: subjectOf },
        (limit, after) => records.subjects(record, { status, after, limit }),
      );
      return { status: 200, headers, body: { exports: page.map(subjectResource), nextCursor } };
    },

    async cancelBulkExport({ params, identity, by }) {
      const record = await own(params.id, identity);
      const cancelled = await records.cancel(record, by);
      if (cancelled !== undefined) wake(cancelled);
      const now = cancelled ?? (await own(params.id, identity));
      if (now.status !== 'cancelling' && now.status !== 'cancelled') {
        throw new AppError('already_ended', `It is ${now.status}; there is nothing to cancel.`);
      }
      return { status: 200, body: await shown(now) };
    },

    async retryBulkExport({ params, identity, by, signal }) {
      const answer = await requests.retry(await own(params.id, identity), {
        by,
        keyId: identity.via.kind === 'key' ? identity.via.keyId : null,
        signal,
      });
      if (answer.outcome === 'limited') throw limitReached(answer.limit, answer.limits);
      if (answer.outcome === 'settled') {
        throw new AppError('nothing_to_retry', 'No export has failed that could be made again now.');
      }
      wake(answer.bulk);
      return { status: 202, headers: poll, body: await shown(answer.bulk) };
    },

    async downloadManifest({ params, query, identity, by }) {
      const { url } = await signedManifest(await own(params.id, identity), query.format, by);
      return {
        status: 302,
        headers: { Location: url, 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' },
      };
    },

    async linkManifest({ params, query, identity, by }) {
      return {
        status: 200,
        headers: { 'Cache-Control': 'no-store' },
        body: await signedManifest(await own(params.id, identity), query.format, by),
      };
    },

    async deleteBulkExport({ params, identity, by }) {
      const record = await own(params.id, identity);
      await records.delete(record, by);
      wake(record);
      return { status: 204 };
    },
  };
}

/** A place in a list of subjects. @throws AppError `invalid_request` for what cannot be one */
function subjectOf(cursor: string): string {
  const subject = Buffer.from(cursor, 'base64url').toString();
  if (subjectName.safeParse(subject).success) return subject;
  throw invalidRequest({ parameter: 'cursor', detail: 'is not a cursor that a listing returned' });
}
