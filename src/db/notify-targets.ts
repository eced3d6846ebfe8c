import { AppError } from '../errors.ts';
import type { Queryable } from './pool.ts';

/** Who is to hear how an export ended. */
export interface NotifyTargets {
  emails: readonly string[];
  /** One of this export alone, with its secret sealed. */
  webhook?: { id: string; url: string; secret: Buffer } | undefined;
}

/**
 * Adds to those who hear of an export; who is there already stays as they are. Inside the transaction that makes the
 * export or holds it open, so nobody is added to one that has told of its end.
 *
 * @throws AppError `too_many_targets`; the caller rolls back
 */
export async function addNotifyTargets(
  database: Queryable,
  { tenant, id }: { tenant: string; id: string },
  { emails, webhook }: NotifyTargets,
  maxTargets: number,
): Promise<void> {
  await database.query(
    `insert into rowferry.email_recipients (export_id, address)
     select $1, unnest($2::text[]) on conflict do nothing`,
    [id, emails],
  );
  if (webhook !== undefined) {
    await database.query(
      `insert into rowferry.webhooks (id, tenant, export_id, url, secret) values ($1, $2, $3, $4, $5)
       on conflict (export_id, url) do nothing`,
      [webhook.id, tenant, id, webhook.url, webhook.secret],
    );
  }
  const { rows } = await database.query<{ targets: number }>(
    `select (select count(*) from rowferry.email_recipients where export_id = $1)::int
          + (select count(*) from rowferry.webhooks where export_id = $1)::int as targets`,
    [id],
  );
  if ((rows[0]?.targets ?? 0) > maxTargets) {
    const message = `The same export is under way and would tell more than ${maxTargets} targets (NOTIFY_MAX_TARGETS). Leave some out.`;
    throw new AppError('too_many_targets', message);
  }
}
