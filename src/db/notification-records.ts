import type { Pool } from 'pg';

export const notificationStates = ['pending', 'delivered', 'failed'] as const;
export type NotificationState = (typeof notificationStates)[number];
export const notificationKinds = ['completed', 'failed', 'expiring', 'bulk_completed'] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** A message that this process is to send now. */
export interface ClaimedNotification {
  id: string;
  tenant: string;
  /** What it is about: an export, or a bulk export. */
  exportId: string | null;
  bulkId: string | null;
  kind: NotificationKind;
  /** Which try this is; what is written about it names it. */
  attempt: number;
  createdAt: Date;
  /** How often it has been tried, this time among it: since the start, or since somebody asked for another delivery. */
  tries: number;
  /** For how long, since the same moment. */
  triedForMs: number;
  target: { channel: 'email'; address: string } | ({ channel: 'webhook' } & ClaimedWebhook);
}

interface ClaimedWebhook {
  webhookId: string;
  url: string;
  /** Sealed; the second one, if there is one, is on its way out. */
  secrets: Buffer[];
  disabled: boolean;
}

/** What came of one try. */
export interface TryOutcome {
  /** Undefined: it has ended, for good or for bad. */
  againInMs?: number;
  delivered: boolean;
  status: number | null;
  error: string | null;
  milliseconds: number;
}

interface ClaimRow {
  id: string;
  tenant: string;
  exportId: string | null;
  bulkId: string | null;
  kind: NotificationKind;
  attempt: number;
  createdAt: Date;
  tries: number;
  triedForMs: number;
  target: string;
  webhookId: string | null;
  url: string;
  secret: Buffer;
  previousSecret: Buffer | null;
  disabled: boolean;
}

/**
 * The messages that are to be sent, as the workers see them. The trigger on `exports` writes them; the row says when each
 * is due, and the queue only carries what is due now.
 */
export class NotificationRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Ids of what is due, the most urgent first: of one export or bulk export, or of all. */
  async due({ about, limit }: { about?: string; limit: number }): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `select id from rowferry.notifications
        where state = 'pending' and next_at <= now() and ($1::uuid is null or export_id = $1 or bulk_id = $1)
        order by next_at
        limit $2`,
      [about, limit],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Begins a try, unless it is not time yet or another is under way. One that says nothing for `leaseSeconds` counts as
   * dead, and the message is due again.
   */
  async claim(id: string, leaseSeconds: number): Promise<ClaimedNotification | undefined> {
    const { rows } = await this.#pool.query<ClaimRow>(
      `with mine as (
         update rowferry.notifications
            set attempt = attempt + 1, next_at = now() + make_interval(secs => $2)
          where id = $1 and state = 'pending' and next_at <= now()
         returning *)
       select mine.id, mine.tenant, mine.export_id as "exportId", mine.bulk_id as "bulkId", kind, attempt, target,
              mine.created_at as "createdAt", webhook_id as "webhookId", url, secret,
              attempt - tries_before as tries,
              (extract(epoch from now() - since) * 1000)::float8 as "triedForMs",
              case when previous_until > now() then previous_secret end as "previousSecret",
              disabled_at is not null as disabled
         from mine left join rowferry.webhooks on webhooks.id = webhook_id`,
      [id, leaseSeconds],
    );
    const [row] = rows;
    return row === undefined ? undefined : toClaimed(row);
  }

  /** Messages of the last hour that an address has got from a tenant: what others send to it is not theirs to know of. */
  async sentLastHour(tenant: string, address: string): Promise<number> {
    const { rows } = await this.#pool.query<{ sent: number }>(
      `select count(*)::int as sent from rowferry.notifications
        where channel = 'email' and state = 'delivered' and target = $1 and tenant = $2
          and ended_at > now() - interval '1 hour'`,
      [address, tenant],
    );
    return rows[0]?.sent ?? 0;
  }

  /** Takes the try back: it did not happen, and the message is due again later. */
  async postpone({ id, attempt }: ClaimedNotification, delayMs: number): Promise<void> {
    await this.#pool.query(
      `update rowferry.notifications
          set attempt = attempt - 1, tries_before = least(tries_before, attempt - 1),
              next_at = now() + make_interval(secs => $3)
        where id = $1 and attempt = $2 and state = 'pending'`,
      [id, attempt, delayMs / 1000],
    );
  }

  /**
   * Writes down what came of a try, in the log of its webhook too. Where another delivery was asked for meanwhile, the
   * message stays due, whatever came of this one. False when it was overtaken by another.
   */
  async record({ id, attempt }: ClaimedNotification, outcome: TryOutcome): Promise<boolean> {
    const { againInMs, delivered, status, error, milliseconds } = outcome;
    const ended = againInMs === undefined;
    const { rowCount } = await this.#pool.query(
      `with mine as (
         update rowferry.notifications
            set last_status = $6, last_error = $7,
                state = case when tries_before < $2 then $3 else state end,
                ended_at = case when tries_before < $2 and $4 then now() end,
                next_at = case when tries_before < $2 then now() + make_interval(secs => $5) else next_at end
          where id = $1 and attempt = $2 and state = 'pending'
         returning id, attempt, webhook_id),
       logged as (
         insert into rowferry.webhook_deliveries
           (webhook_id, notification_id, attempt, status, error, milliseconds)
         select webhook_id, id, attempt, $6, $7, $8 from mine where webhook_id is not null)
       select from mine`,
      [
        id,
        attempt,
        ended ? (delivered ? 'delivered' : 'failed') : 'pending',
        ended,
        (againInMs ?? 0) / 1000,
        status,
        error,
        Math.round(milliseconds),
      ],
    );
    return rowCount === 1;
  }

  /**
   * Makes the messages that say that a file is about to expire, once a file; not for files that are kept for less than
   * twice as long, of which people have heard only just now. Resolves to how many exports.
   */
  async tellExpiring(hoursBefore: number): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `with due as (
         update rowferry.exports set expiry_told_at = now()
          where id in (select id from rowferry.exports
                        where status = 'completed' and deleted_at is null and expiry_told_at is null
                          and expires_at > now() and expires_at <= now() + make_interval(hours => $1)
                          and expires_at - finished_at >= 2 * make_interval(hours => $1)
                        order by expires_at
                        limit 1000
                        for update skip locked)
         returning id, tenant)
       select rowferry.tell(id, tenant, 'expiring') from due`,
      [hoursBefore],
    );
    return rowCount ?? 0;
  }

  /** Drops messages that ended this long ago, with their log. Resolves to how many. */
  async forget(days: number): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `delete from rowferry.notifications
        where id in (select id from rowferry.notifications
                      where ended_at < now() - make_interval(days => $1) limit 10000)`,
      [days],
    );
    return rowCount ?? 0;
  }
}

function toClaimed(row: ClaimRow): ClaimedNotification {
  const { target, webhookId, url, secret, previousSecret, disabled, ...rest } = row;
  if (webhookId === null) return { ...rest, target: { channel: 'email', address: target } };
  const secrets = previousSecret === null ? [secret] : [secret, previousSecret];
  return { ...rest, target: { channel: 'webhook', webhookId, url, secrets, disabled } };
}
