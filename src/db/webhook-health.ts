import type { Pool } from 'pg';

export interface WebhookHealthOptions {
  /** Nothing has arrived for this long: it is disabled. */
  disableAfterDays: number;
  /** Tries of one webhook that its log keeps. */
  logEntries: number;
}

export interface WebhookFailure {
  /** It asked to be left alone. */
  gone: boolean;
  /** Until the next try. */
  delayMs: number;
}

/** How the receivers of webhooks are doing, as told by what was sent to them. */
export class WebhookHealth {
  readonly #pool: Pool;
  readonly #options: WebhookHealthOptions;

  constructor(pool: Pool, options: WebhookHealthOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  async worked(webhookId: string): Promise<void> {
    await this.#pool.query(
      'update rowferry.webhooks set failing_since = null where id = $1 and failing_since is not null',
      [webhookId],
    );
    await this.#prune(webhookId);
  }

  /**
   * What else waits for the same receiver waits for as long, so that a dead one is not asked by each message anew and
   * does not hold up others. Resolves to whether it was disabled now.
   */
  async failed(webhookId: string, { gone, delayMs }: WebhookFailure): Promise<boolean> {
    const { disableAfterDays } = this.#options;
    const { rows } = await this.#pool.query<{ disabled: boolean }>(
      `with verdict as (
         select id, case when $2 then 'The receiver answered with HTTP 410.'
                         when failing_since < now() - make_interval(days => $3)
                         then 'Nothing has arrived there for ' || $3 || ' days.' end as reason
           from rowferry.webhooks where id = $1),
       hook as (
         update rowferry.webhooks h
            set failing_since = coalesce(failing_since, now()), disabled_reason = reason,
                disabled_at = case when reason is not null then now() end
           from verdict
          where h.id = verdict.id and h.disabled_at is null
         returning h.disabled_at is not null as disabled),
       waiting as (
         update rowferry.notifications
            set next_at = now() + make_interval(secs => $4) * (0.5 + random() / 2)
          where webhook_id = $1 and state = 'pending' and next_at <= now()
            and exists (select from hook where not disabled))
       select disabled from hook`,
      [webhookId, gone, disableAfterDays, delayMs / 1000],
    );
    await this.#prune(webhookId);
    return rows[0]?.disabled ?? false;
  }

  async #prune(webhookId: string): Promise<void> {
    await this.#pool.query(
      `delete from rowferry.webhook_deliveries
        where webhook_id = $1
          and id <= (select id from rowferry.webhook_deliveries
                      where webhook_id = $1 order by id desc offset $2 limit 1)`,
      [webhookId, this.#options.logEntries],
    );
  }
}
