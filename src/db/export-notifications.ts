import type { Pool } from 'pg';
import { audit, auditSql } from './audit-log.ts';
import type { ActedBy } from './audit-log.ts';
import { addNotifyTargets } from './notify-targets.ts';
import type { NotifyTargets } from './notify-targets.ts';
import type { NotificationKind, NotificationState } from './notification-records.ts';
import { inTransaction } from './transaction.ts';

/** What became of one message, for whoever may see its export. */
export interface NotificationInfo {
  id: string;
  kind: NotificationKind;
  channel: 'email' | 'webhook';
  /** The address or URL; null for a webhook of the tenant, which `webhookId` names. */
  target: string | null;
  webhookId: string | null;
  state: NotificationState;
  attempt: number;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
  /** When it is tried next; null once it has ended. */
  nextAt: Date | null;
  endedAt: Date | null;
}

export interface ExportScope {
  tenant: string;
  exportId: string;
  /** False: only what was asked for together with the export. True: what the tenant’s own webhooks hear of it too. */
  all: boolean;
}

/** The same, and what it is about: one of both ids is there. */
export interface TenantNotification extends NotificationInfo {
  exportId: string | null;
  bulkExportId: string | null;
  dataset: string;
  position: string;
}

/** What is listed of a tenant's messages. */
export interface NotificationFilter {
  tenant: string;
  state?: NotificationState | undefined;
  channel?: NotificationInfo['channel'] | undefined;
  /** At most this many. */
  limit: number;
  /** Only those after this `position`. */
  after?: string | undefined;
}

const infoColumns = `n.id, kind, channel, n.state, n.attempt, last_status as "lastStatus", last_error as "lastError",
              case when channel = 'email' then target
                   when not w.tenant_wide then w.url end as target,
              case when w.tenant_wide then webhook_id end as "webhookId", n.created_at as "createdAt",
              case when n.state = 'pending' then next_at end as "nextAt", ended_at as "endedAt"`;
/** Whether what it is about is there: `e` is its export, and `b` its bulk export. */
const isThere = '(e.id is not null and e.deleted_at is null or b.id is not null and b.deleted_at is null)';
const mayBeSeen = '($3 or w.id is null or w.export_id is not null)';

/** The messages about an export, and another delivery of what a webhook missed. */
export class ExportNotifications {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Oldest first. */
  async list({ tenant, exportId, all }: ExportScope): Promise<NotificationInfo[]> {
    const { rows } = await this.#pool.query<NotificationInfo>(
      `select ${infoColumns}
         from rowferry.notifications n left join rowferry.webhooks w on w.id = n.webhook_id
        where n.tenant = $1 and n.export_id = $2 and ${mayBeSeen}
        order by n.created_at, n.id`,
      [tenant, exportId, all],
    );
    return rows;
  }

  /** Newest first, of all exports and bulk exports of a tenant. */
  async listAll({ tenant, state, channel, limit, after }: NotificationFilter): Promise<TenantNotification[]> {
    const [createdAt, id] = after?.split('/') ?? [];
    const { rows } = await this.#pool.query<TenantNotification>(
      `select ${infoColumns}, n.export_id as "exportId", n.bulk_id as "bulkExportId",
              coalesce(e.dataset, b.dataset) as dataset, n.created_at || '/' || n.id as position
         from rowferry.notifications n
         left join rowferry.exports e on e.id = n.export_id
         left join rowferry.bulk_exports b on b.id = n.bulk_id
         left join rowferry.webhooks w on w.id = n.webhook_id
        where n.tenant = $1 and ${isThere}
          and ($2::text is null or n.state = $2)
          and ($3::text is null or channel = $3)
          and ($4::timestamptz is null or (n.created_at, n.id) < ($4::timestamptz, $5::uuid))
        order by n.created_at desc, n.id desc
        limit $6`,
      [tenant, state, channel, createdAt, id, limit],
    );
    return rows;
  }

  /**
   * Adds to those who hear of an export. False: it has ended, and nobody was added.
   *
   * @throws AppError `too_many_targets`
   */
  add(
    exported: { tenant: string; id: string },
    targets: NotifyTargets,
    { by, maxTargets }: { by: ActedBy; maxTargets: number },
  ): Promise<boolean> {
    return inTransaction(this.#pool, async (client) => {
      // Held open: its end comes after this, and tells them too.
      const { rowCount } = await client.query(
        `select from rowferry.exports where tenant = $1 and id = $2 and status in ('queued', 'running') for update`,
        [exported.tenant, exported.id],
      );
      if (rowCount !== 1) return false;
      await addNotifyTargets(client, exported, targets, maxTargets);
      const { tenant, id } = exported;
      await audit(client, { tenant, by, act: 'notification.added', object: { kind: 'export', id } });
      return true;
    });
  }

  /** The webhook of an export alone, with its secret as it is stored. */
  async webhookOf(exportId: string, url: string): Promise<{ id: string; secret: Buffer } | undefined> {
    const { rows } = await this.#pool.query<{ id: string; secret: Buffer }>(
      'select id, secret from rowferry.webhooks where export_id = $1 and url = $2',
      [exportId, url],
    );
    return rows[0];
  }

  /**
   * Has a message delivered (again), under its own id: its pauses and its time begin anew, the numbers of its tries go on.
   * E-mails are for admins: they reach people who may not have asked for them.
   */
  redeliver({ tenant, exportId, all }: ExportScope, id: string, by?: ActedBy): Promise<Redelivery> {
    return this.#redeliver(
      `n.export_id = $2 and ($3 or w.export_id is not null)`,
      [tenant, exportId, all],
      id,
      by,
    );
  }

  /** The same, of one webhook of the tenant. */
  redeliverOf(
    { tenant, webhookId }: { tenant: string; webhookId: string },
    id: string,
    by?: ActedBy,
  ): Promise<Redelivery> {
    return this.#redeliver('w.id = $2 and w.tenant_wide and $3', [tenant, webhookId, true], id, by);
  }

  /** The same, of any message of the tenant. */
  redeliverAny(tenant: string, id: string, by?: ActedBy): Promise<Redelivery> {
    return this.#redeliver(`n.tenant = $2 and $3 and ${isThere}`, [tenant, tenant, true], id, by);
  }

  async #redeliver(
    scope: string,
    values: [tenant: string, of: string, all: boolean],
    id: string,
    by: ActedBy | undefined,
  ): Promise<Redelivery> {
    const { rows } = await this.#pool.query<{ disabled: boolean }>(
      `with found as (
         select n.id, w.disabled_at is not null as disabled
           from rowferry.notifications n
           left join rowferry.webhooks w on w.id = n.webhook_id
           left join rowferry.exports e on e.id = n.export_id
           left join rowferry.bulk_exports b on b.id = n.bulk_id
          where n.tenant = $1 and ${scope} and n.id = $4),
       again as (
         update rowferry.notifications n
            set state = 'pending', ended_at = null, since = now(), next_at = now(), tries_before = n.attempt
           from found
          where n.id = found.id and not found.disabled
         returning n.id, n.tenant),
       audited as (${auditSql('again', '$5', { act: 'notification.redelivered', kind: 'notification' })})
       select disabled from found`,
      [...values, id, by],
    );
    const [found] = rows;
    if (found === undefined) return 'unknown';
    return found.disabled ? 'disabled' : 'due';
  }
}

/** `due`: it will be sent. `disabled`: its webhook hears of nothing. `unknown`: there is no such message. */
export type Redelivery = 'due' | 'disabled' | 'unknown';
