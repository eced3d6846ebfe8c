import type { Queryable } from './pool.ts';
import type { Holder } from './usage-records.ts';

/** A key that a client chose for a request, so that it can be sent again without harm. */
export interface IdempotencyKey extends Holder {
  key: string;
}

export interface RememberedRequest {
  requestHash: Buffer;
  exportId: string;
}

/** What the key was used for, if that is not forgotten yet. */
export async function recallRequest(
  database: Queryable,
  { tenant, role, subject, key }: IdempotencyKey,
  retentionHours: number,
): Promise<RememberedRequest | undefined> {
  const { rows } = await database.query<RememberedRequest>(
    `select request_hash as "requestHash", export_id as "exportId" from rowferry.idempotency_keys
      where tenant = $1 and role = $2 and subject = $3 and key = $4
        and created_at > now() - make_interval(hours => $5)`,
    [tenant, role, subject, key, retentionHours],
  );
  return rows[0];
}

/** Remembers what the key was used for, in place of what is too old to be recalled. */
export async function rememberRequest(
  database: Queryable,
  { tenant, role, subject, key }: IdempotencyKey,
  { requestHash, exportId }: RememberedRequest,
): Promise<void> {
  await database.query(
    `insert into rowferry.idempotency_keys (tenant, role, subject, key, request_hash, export_id)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant, role, subject, key)
     do update set request_hash = excluded.request_hash, export_id = excluded.export_id, created_at = now()`,
    [tenant, role, subject, key, requestHash, exportId],
  );
}
