import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { BulkRecords } from '../../src/db/bulk-records.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import { NotificationRecords } from '../../src/db/notification-records.ts';
import { addNotifyTargets } from '../../src/db/notify-targets.ts';
import { WebhookHealth } from '../../src/db/webhook-health.ts';
import { WebhookRecords } from '../../src/db/webhook-records.ts';
import type { Logger } from '../../src/logger.ts';
import { Metrics } from '../../src/metrics.ts';
import { parseAllowedTargets } from '../../src/notify/address-rules.ts';
import { Channels } from '../../src/notify/channels.ts';
import { MailSender } from '../../src/notify/mail-sender.ts';
import { WebhookSecrets } from '../../src/notify/webhook-secrets.ts';
import { WebhookSender } from '../../src/notify/webhook-sender.ts';
import { NotificationProcessor } from '../../src/worker/notification-processor.ts';
import type { RetryOptions } from '../../src/worker/retry-delay.ts';
import { attemptsIn } from './attempts.ts';
import type { TestDatabase } from './test-database.ts';

export const PUBLIC_URL = 'https://exports.example.org';
export const webhookSecrets = new WebhookSecrets(['a key for tests, at least 32 characters']);

export interface ProcessorOptions {
  smtpUrl?: string;
  records?: NotificationRecords;
  retry?: Partial<RetryOptions>;
  emailsPerHour?: number;
  logEntries?: number;
  timeoutMs?: number;
  logger?: Logger;
}

/** The state of a message, and why it failed. */
export interface NotificationRow {
  id: string;
  kind: string;
  state: string;
  attempt: number;
  last_status: number | null;
  last_error: string | null;
  /** Seconds from now. */
  due_in: number;
}

/** Exports that end as they are told, and what sends the messages about them. Receivers may be on loopback. */
export function createNotificationFixture(database: TestDatabase) {
  const { pool } = database;
  const exports = new ExportRecords(pool);
  const { claims, attempts } = attemptsIn(pool);
  const records = new NotificationRecords(pool);

  const createProcessor = (options: ProcessorOptions = {}) =>
    new NotificationProcessor({
      records: options.records ?? records,
      exports,
      bulks: new BulkRecords(database.pool),
      health: new WebhookHealth(pool, { disableAfterDays: 5, logEntries: options.logEntries ?? 100 }),
      datasets: new Map(),
      channels: new Channels({
        mail:
          options.smtpUrl === undefined
            ? undefined
            : new MailSender({
                url: options.smtpUrl,
                timeoutMs: options.timeoutMs ?? 5000,
                from: 'Exports <exports@example.org>',
                publicUrl: PUBLIC_URL,
              }),
        webhooks: new WebhookSender({
          rules: {
            allowHttp: true,
            ports: [{ from: 1, to: 65_535 }],
            allowed: parseAllowedTargets(['127.0.0.1']),
          },
          timeoutMs: options.timeoutMs ?? 5000,
          publicUrl: PUBLIC_URL,
        }),
        secrets: webhookSecrets,
      }),
      retry: { firstDelayMs: 60_000, maxDelayMs: 3_600_000, giveUpMs: 86_400_000, ...options.retry },
      leaseSeconds: 30,
      emailsPerHour: options.emailsPerHour ?? 1000,
      metrics: new Metrics(),
      logger: options.logger ?? pino({ level: 'silent' }),
    });

  const rowsOf = async (exportId: string): Promise<NotificationRow[]> => {
    const { rows } = await pool.query<NotificationRow>(
      `select id, kind, state, attempt, last_status, last_error,
              extract(epoch from next_at - now())::float8 as due_in
         from rowferry.notifications where export_id = $1 order by created_at, channel, target`,
      [exportId],
    );
    return rows;
  };

  return {
    pool,
    exports,
    records,
    createProcessor,
    rowsOf,

    /** A webhook of the tenant, and its secret. */
    async webhook(url: string, tenant = DEFAULT_TENANT) {
      const id = randomUUID();
      const { secret, sealed } = webhookSecrets.make(id);
      await new WebhookRecords(pool).create(tenant, { id, url, secret: sealed }, 1000);
      return { id, secret };
    },

    /** An export under way, of which these addresses are to hear. */
    async request(emails: readonly string[] = [], tenant = DEFAULT_TENANT) {
      const content = { dataset: 'diary', formats: ['csv'], params: {} } as const;
      const record = await exports.create({ tenant, role: 'user', subject: '1', ...content });
      await addNotifyTargets(pool, record, { emails }, 100);
      return record.id;
    },

    async complete(id: string) {
      const claim = await claims.claim(id);
      if (claim.outcome !== 'claimed') throw new Error(claim.outcome);
      const { attempt } = claim.export;
      return attempts.publish(id, attempt, {
        rows: 3,
        bytes: 1234,
        files: [
          {
            format: 'csv',
            name: 'diary-2026-01-01.csv',
            objectKey: `exports/${id}/1-test/diary.csv`,
            bytes: 1234,
            sha256: 'ab'.repeat(32),
            encoder: { path: 'bytes', reason: 'a test says so' },
            columns: [],
            manifest: {},
          },
        ],
        retentionHours: 168,
      });
    },

    async fail(id: string) {
      await claims.claim(id);
      await attempts.fail(id, 1, { code: 'too_many_rows', message: 'There are more rows than allowed.' });
    },

    /** Makes everything due that waits for its time. */
    async passTime() {
      await pool.query(`update rowferry.notifications set next_at = now() where state = 'pending'`);
    },

    /** Hands all that is due to a processor, as the queue would. */
    async sendAll(processor = createProcessor()) {
      for (const id of await records.due({ limit: 1000 })) {
        await processor.process(id, new AbortController().signal);
      }
    },

    /** The only message about an export. */
    async only(exportId: string): Promise<NotificationRow> {
      const [row, ...more] = await rowsOf(exportId);
      if (row === undefined || more.length > 0) throw new Error('there is not one message');
      return row;
    },
  };
}

export type NotificationFixture = ReturnType<typeof createNotificationFixture>;
