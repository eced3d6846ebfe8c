import type { Pool, PoolClient } from 'pg';
import { AppError } from '../errors.ts';
import { auditSql } from './audit-log.ts';
import type { ActedBy, AuditAct } from './audit-log.ts';
import type { NotificationKind } from './notification-records.ts';
import { inLockedTransaction } from './transaction.ts';

/** A webhook of a tenant as its admins see it. Its secret is not among it: that is shown once. */
export interface WebhookRecord {
  id: string;
  url: string;
  createdAt: Date;
  failingSince: Date | null;
  disabledAt: Date | null;
  disabledReason: string | null;
  /** Until then the secret before the last rotation signs too. */
  previousUntil: Date | null;
}

/** One try, as its log tells it. */
export interface DeliveryRecord {
  notificationId: string;
  /** Null where it was about a bulk export. */
  exportId: string | null;
  bulkExportId: string | null;
  kind: NotificationKind;
  attempt: number;
  at: Date;
  status: number | null;
  milliseconds: number;
  error: string | null;
}

const columns = `id, url, created_at as "createdAt", failing_since as "failingSince", disabled_at as "disabledAt",
  disabled_reason as "disabledReason",
  case when previous_until > now() then previous_until end as "previousUntil"`;

/** A change of one webhook, with its line in the audit log: the host alone, since the rest of a URL may hold a secret. */
function audited(change: string, act: AuditAct, by: string): string {
  const host = `jsonb_build_object('host', substring(changed.url from '^[a-z]+://([^/?#]*)'))`;
  return `with changed as (${change} returning *),
               audited as (${auditSql('changed', by, { act, kind: 'webhook', details: host })})
          select ${columns} from changed`;
}

/** Webhooks of a whole tenant. Every method takes the tenant who asks and touches nothing of another's. */
export class WebhookRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** @throws AppError `too_many_webhooks` */
  async create(
    tenant: string,
    { id, url, secret }: { id: string; url: string; secret: Buffer },
    maxWebhooks: number,
    by?: ActedBy,
  ): Promise<WebhookRecord> {
    const [record] = await this.#alone(tenant, async (client) => {
      const { rows } = await client.query<WebhookRecord>(
        audited(
          `insert into rowferry.webhooks (id, tenant, url, secret)
           select $1, $2, $3, $4
            where (select count(*) from rowferry.webhooks where tenant = $2 and tenant_wide) < $5`,
          'webhook.created',
          '$6',
        ),
        [id, tenant, url, secret, maxWebhooks, by],
      );
      return rows;
    });
    if (record !== undefined) return record;
    const message = `A tenant may have ${maxWebhooks} webhooks (WEBHOOK_MAX_PER_TENANT). Delete one first.`;
    throw new AppError('too_many_webhooks', message);
  }

  /** Oldest first. */
  list(tenant: string): Promise<WebhookRecord[]> {
    return this.#query(`select ${columns} from rowferry.webhooks where tenant = $1 and tenant_wide
                         order by created_at, id`, [tenant]); // prettier-ignore
  }

  async find(tenant: string, id: string): Promise<WebhookRecord | undefined> {
    const [record] = await this.#query(
      `select ${columns} from rowferry.webhooks where tenant = $1 and id = $2 and tenant_wide`,
      [tenant, id],
    );
    return record;
  }

  /** With its log, and with what waits for it. False when there is none. */
  async delete(tenant: string, id: string, by?: ActedBy): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      audited(
        'delete from rowferry.webhooks where tenant = $1 and id = $2 and tenant_wide',
        'webhook.deleted',
        '$3',
      ),
      [tenant, id, by],
    );
    return rowCount === 1;
  }

  /** Takes a new secret; the one before signs too for `graceHours`. */
  async rotate(
    tenant: string,
    id: string,
    { secret, graceHours }: { secret: Buffer; graceHours: number },
    by?: ActedBy,
  ): Promise<WebhookRecord | undefined> {
    const [record] = await this.#query(
      audited(
        `update rowferry.webhooks
            set secret = $3, previous_secret = secret, previous_until = now() + make_interval(hours => $4)
          where tenant = $1 and id = $2 and tenant_wide`,
        'webhook.secret_rotated',
        '$5',
      ),
      [tenant, id, secret, graceHours, by],
    );
    return record;
  }

  /** Lets one that was disabled hear of exports again. */
  async enable(tenant: string, id: string, by?: ActedBy): Promise<WebhookRecord | undefined> {
    const [record] = await this.#query(
      audited(
        `update rowferry.webhooks set disabled_at = null, disabled_reason = null, failing_since = null
          where tenant = $1 and id = $2 and tenant_wide`,
        'webhook.enabled',
        '$3',
      ),
      [tenant, id, by],
    );
    return record;
  }

  /** The log of its tries, newest first; the worker keeps it short. */
  async deliveries(tenant: string, id: string): Promise<DeliveryRecord[]> {
    const { rows } = await this.#pool.query<DeliveryRecord>(
      `select notification_id as "notificationId", n.export_id as "exportId",
              n.bulk_id as "bulkExportId", n.kind, d.attempt, d.at, d.status, d.milliseconds, d.error
         from rowferry.webhook_deliveries d
         join rowferry.webhooks w on w.id = d.webhook_id
         join rowferry.notifications n on n.id = d.notification_id
        where w.tenant = $1 and w.id = $2 and w.tenant_wide
        order by d.id desc`,
      [tenant, id],
    );
    return rows;
  }

  async #query(text: string, values: readonly unknown[]): Promise<WebhookRecord[]> {
    const { rows } = await this.#pool.query<WebhookRecord>(text, [...values]);
    return rows;
  }

  /** One at a time a tenant: two that count at once would both find room for one more. */
  #alone<T>(tenant: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    return inLockedTransaction(this.#pool, `webhooks of ${tenant}`, work);
  }
}
