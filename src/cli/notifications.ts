import type { Pool } from 'pg';
import type { NotifyPolicy } from '../api/notify-request.ts';
import type { Config } from '../config.ts';
import { BulkRecords } from '../db/bulk-records.ts';
import { ExportRecords } from '../db/export-records.ts';
import { NotificationRecords } from '../db/notification-records.ts';
import { WebhookHealth } from '../db/webhook-health.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { parseAllowedTargets } from '../notify/address-rules.ts';
import { Channels } from '../notify/channels.ts';
import { MailSender } from '../notify/mail-sender.ts';
import { WebhookSecrets } from '../notify/webhook-secrets.ts';
import { WebhookSender } from '../notify/webhook-sender.ts';
import { problemOfTarget } from '../notify/webhook-target.ts';
import type { TargetRules } from '../notify/webhook-target.ts';
import { NotificationConsumer } from '../queue/notification-consumer.ts';
import { NotificationQueue } from '../queue/notification-queue.ts';
import type { QueueBackendOptions } from '../queue/queue-backend.ts';
import { NotificationProcessor } from '../worker/notification-processor.ts';
import { NotificationUpkeep } from '../worker/notification-upkeep.ts';

/** Beyond the time that sending may take: for writing down what came of it. */
const LEASE_MARGIN_SECONDS = 30;

/** What the API lets people ask for. */
export function notifyPolicy(config: Config): NotifyPolicy {
  const rules = targetRules(config);
  return {
    mail: config.SMTP_URL !== undefined,
    emailDomains: config.NOTIFY_EMAIL_DOMAINS,
    maxTargets: config.NOTIFY_MAX_TARGETS,
    webhookSecrets: webhookSecrets(config),
    problemOfUrl: (url) => problemOfTarget(url, rules),
  };
}

/** The part of a worker that sends messages. The caller closes it, and then the pool. */
export interface Notifications {
  upkeep: NotificationUpkeep;
  /** @throws AppError `queue_not_ready` */
  start(): Promise<void>;
  /** Takes no more, and resolves when what is being sent has ended. */
  drain(): Promise<void>;
  /** Gives up what is being sent; another worker sends it again. */
  abort(): void;
  close(): Promise<void>;
}

export function openNotifications(
  config: Config,
  parts: {
    pool: Pool;
    queue: QueueBackendOptions;
    datasets: DatasetRegistry;
    metrics: Metrics;
    logger: Logger;
  },
): Notifications {
  const { pool, queue: backend, datasets, metrics, logger } = parts;
  const records = new NotificationRecords(pool);
  const queue = new NotificationQueue({ backend, timeoutMs: config.QUEUE_ADD_TIMEOUT_MS, logger });
  const processor = new NotificationProcessor({
    records,
    exports: new ExportRecords(pool),
    bulks: new BulkRecords(pool),
    health: new WebhookHealth(pool, {
      disableAfterDays: config.WEBHOOK_DISABLE_AFTER_DAYS,
      logEntries: config.WEBHOOK_LOG_ENTRIES,
    }),
    datasets,
    channels: channels(config),
    retry: {
      firstDelayMs: config.NOTIFY_RETRY_DELAY_SECONDS * 1000,
      maxDelayMs: config.NOTIFY_RETRY_MAX_DELAY_SECONDS * 1000,
      giveUpMs: config.NOTIFY_GIVE_UP_HOURS * 3_600_000,
    },
    leaseSeconds:
      Math.max(config.MAIL_TIMEOUT_SECONDS, config.WEBHOOK_TIMEOUT_SECONDS) + LEASE_MARGIN_SECONDS,
    emailsPerHour: config.NOTIFY_EMAILS_PER_HOUR,
    metrics,
    logger,
  });
  const consumer = new NotificationConsumer({
    backend,
    concurrency: config.NOTIFY_CONCURRENCY,
    lockSeconds: config.WORKER_LOCK_SECONDS,
    process: (id, lockLost) => processor.process(id, lockLost),
    logger,
  });
  const upkeep = new NotificationUpkeep({
    records,
    queue,
    expiryNoticeHours: config.NOTIFY_EXPIRY_HOURS,
    retentionDays: config.NOTIFY_RETENTION_DAYS,
    logger,
  });
  return {
    upkeep,
    async start() {
      await queue.ready();
      await consumer.start();
    },
    drain: () => consumer.close(),
    abort: () => processor.abortAll(),
    close: () => queue.close(),
  };
}

function channels(config: Config): Channels {
  const { SMTP_URL, MAIL_FROM, PUBLIC_URL: publicUrl } = config;
  const timeoutMs = config.MAIL_TIMEOUT_SECONDS * 1000;
  const mail =
    SMTP_URL === undefined || MAIL_FROM === undefined || publicUrl === undefined
      ? undefined
      : new MailSender({ url: SMTP_URL, timeoutMs, from: MAIL_FROM, publicUrl });
  const webhooks = new WebhookSender({
    rules: targetRules(config),
    timeoutMs: config.WEBHOOK_TIMEOUT_SECONDS * 1000,
    publicUrl,
  });
  return new Channels({ mail, webhooks, secrets: webhookSecrets(config) });
}

export function webhookSecrets({ WEBHOOK_SECRET_KEY: keys }: Config): WebhookSecrets | undefined {
  return keys === undefined ? undefined : new WebhookSecrets(keys);
}

function targetRules(config: Config): TargetRules {
  return {
    allowHttp: config.WEBHOOK_ALLOW_HTTP,
    ports: config.WEBHOOK_PORTS,
    allowed: parseAllowedTargets(config.WEBHOOK_ALLOW_HOSTS),
  };
}
