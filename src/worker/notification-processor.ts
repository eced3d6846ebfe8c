import type { BulkRecords } from '../db/bulk-records.ts';
import type { ExportRecord } from '../db/export-record.ts';
import type { ExportRecords } from '../db/export-records.ts';
import type { ClaimedNotification, NotificationRecords } from '../db/notification-records.ts';
import type { WebhookHealth } from '../db/webhook-health.ts';
import { AppError } from '../errors.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { Channels } from '../notify/channels.ts';
import type { ExportNews, News } from '../notify/news.ts';
import type { JobOutcome } from '../queue/job-consumer.ts';
import { inSpan } from '../tracing.ts';
import { FirstAbort } from './first-abort.ts';
import { bulkNewsOf, newsOf } from './news-of.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { RetryOptions } from './retry-delay.ts';
import { unexpected } from './unexpected.ts';
import { workerStopping } from './worker-stopping.ts';

export interface NotificationProcessorOptions {
  records: NotificationRecords;
  exports: ExportRecords;
  bulks: BulkRecords;
  health: WebhookHealth;
  datasets: DatasetRegistry;
  channels: Channels;
  retry: RetryOptions;
  /** Silence after which a try counts as dead: longer than any try takes. */
  leaseSeconds: number;
  /** Messages an address may get from a tenant in an hour; those beyond it wait. */
  emailsPerHour: number;
  metrics: Metrics;
  logger: Logger;
}

/** Until an address that has got its share is looked at again. */
const SHARE_DELAY_MS = 10 * 60_000;

/** What came of handing a message over. */
interface Sent {
  status: number | null;
  error?: AppError;
}

/** Sends one message and records what came of it. It never touches the export. */
export class NotificationProcessor {
  readonly #options: NotificationProcessorOptions;
  readonly #shutdown = new AbortController();

  constructor(options: NotificationProcessorOptions) {
    this.#options = options;
  }

  /** Aborts what is being sent; it is sent again by another worker. */
  abortAll(): void {
    this.#shutdown.abort(workerStopping());
  }

  /**
   * Handles one delivery of one job. It is always done with the job: the row says when the message is due again, and the
   * upkeep brings it back then. Rejects only when not even the outcome could be recorded.
   */
  async process(id: string, lockLost: AbortSignal): Promise<JobOutcome> {
    if (this.#shutdown.signal.aborted) return { againInMs: 0 };
    const { records, leaseSeconds } = this.#options;
    const claimed = await records.claim(id, leaseSeconds);
    if (claimed === undefined) return 'done';
    if (await this.#hasHadItsShare(claimed)) {
      await records.postpone(claimed, SHARE_DELAY_MS);
      return 'done';
    }
    const startedAt = performance.now();
    const end = new FirstAbort([lockLost, this.#shutdown.signal]);
    const sent = await this.#trace(claimed, end.signal).finally(() => end.forget());
    await this.#settle(claimed, sent, performance.now() - startedAt);
    return 'done';
  }

  async #hasHadItsShare({ tenant, target }: ClaimedNotification): Promise<boolean> {
    const { records, emailsPerHour } = this.#options;
    if (target.channel !== 'email') return false;
    return (await records.sentLastHour(tenant, target.address)) >= emailsPerHour;
  }

  #trace(claimed: ClaimedNotification, signal: AbortSignal): Promise<Sent> {
    const { id, exportId, bulkId, attempt, target } = claimed;
    const facts = {
      'rowferry.notification.id': id,
      ...(exportId === null ? {} : { 'rowferry.export.id': exportId }),
      ...(bulkId === null ? {} : { 'rowferry.bulk.id': bulkId }),
      'rowferry.notification.attempt': attempt,
    };
    return inSpan(`send ${target.channel}`, { kind: 'client', facts }, async (span) => {
      const sent = await this.#send(claimed, signal);
      if (sent.error !== undefined) span.fail(sent.error.code);
      return sent;
    });
  }

  async #send(claimed: ClaimedNotification, signal: AbortSignal): Promise<Sent> {
    const { channels } = this.#options;
    try {
      const { target } = claimed;
      const news = await this.#newsOf(claimed);
      if (target.channel === 'email') {
        await channels.sendMail(news, target.address, signal);
        return { status: null };
      }
      if (target.disabled) throw new AppError('webhook_disabled', 'The webhook is disabled.');
      return { status: await channels.sendWebhook(news, target, signal) };
    } catch (error) {
      if (this.#shutdown.signal.aborted) return { status: null, error: workerStopping() };
      return { status: statusOf(error), error: error instanceof AppError ? error : unexpected(error) };
    }
  }

  /** @throws AppError for a message that nobody needs any more */
  async #newsOf(claimed: ClaimedNotification): Promise<News> {
    const { exports, bulks, datasets } = this.#options;
    const { tenant, exportId, bulkId, kind } = claimed;
    if (kind !== 'bulk_completed') {
      const record = exportId === null ? undefined : await exports.find(tenant, exportId);
      return newsOf(claimed, kind, stillTrue(kind, record), datasets);
    }
    const record = bulkId === null ? undefined : await bulks.find(tenant, bulkId);
    if (record === undefined) throw new AppError('export_deleted', 'The bulk export was deleted.');
    const { status } = record;
    if (status !== 'completed' && status !== 'completed_with_failures' && status !== 'failed') {
      throw new AppError('bulk_export_reopened', 'The bulk export is under way again.');
    }
    const counts = (await bulks.counts([record])).get(record.id);
    if (counts === undefined) throw new AppError('export_deleted', 'The bulk export was deleted.');
    return bulkNewsOf(claimed, { record, status, counts }, datasets);
  }

  async #settle(claimed: ClaimedNotification, { status, error }: Sent, milliseconds: number): Promise<void> {
    const { records, health, retry, metrics } = this.#options;
    const { id: notificationId, exportId, bulkId, kind, attempt, target } = claimed;
    const logger = this.#options.logger.child({
      notificationId,
      exportId: exportId ?? undefined,
      bulkId: bulkId ?? undefined,
      kind,
      attempt,
    });
    const delayMs = error === undefined ? 0 : this.#delayOf(claimed, error);
    const again = error?.retryable === true && claimed.triedForMs + delayMs < retry.giveUpMs;
    const recorded = await records.record(claimed, {
      ...(again ? { againInMs: delayMs } : {}),
      delivered: error === undefined,
      status,
      error: error?.message ?? null,
      milliseconds,
    });
    const outcome = error === undefined ? 'delivered' : again ? 'retried' : 'failed';
    metrics.notifications.tried(target.channel, outcome, milliseconds / 1000);
    if (error === undefined) logger.info({ channel: target.channel }, 'notification delivered');
    else
      logger.warn({ channel: target.channel, code: error.code, status, again }, 'notification not delivered');
    if (!recorded || target.channel !== 'webhook' || target.disabled) return;
    if (error === undefined) await health.worked(target.webhookId);
    else if (isTheReceivers(error)) {
      const disabled = await health.failed(target.webhookId, { gone: error.code === 'target_gone', delayMs });
      if (disabled) {
        metrics.notifications.disabledWebhook();
        logger.warn({ webhookId: target.webhookId }, 'a webhook was disabled');
      }
    }
  }

  #delayOf({ tries }: ClaimedNotification, { code }: AppError): number {
    return code === 'worker_stopping' ? 0 : retryDelayMs(tries, this.#options.retry);
  }
}

/** @throws AppError for a message that nobody needs any more */
function stillTrue(kind: ExportNews['kind'], record: ExportRecord | undefined): ExportRecord {
  if (record === undefined) throw new AppError('export_deleted', 'The export was deleted.');
  if (kind !== 'failed' && record.status !== 'completed') {
    throw new AppError('export_expired', 'The file expired before the message could be delivered.');
  }
  return record;
}

/** Whether it says something about how the receiver is doing. */
function isTheReceivers({ code }: AppError): boolean {
  return code.startsWith('target_');
}

function statusOf(error: unknown): number | null {
  return error instanceof AppError && 'status' in error && typeof error.status === 'number'
    ? error.status
    : null;
}
