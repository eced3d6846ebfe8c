import type { PoolClient } from 'pg';
import { AppError } from '../errors.ts';
import type { Role } from '../export/dataset.ts';

/** Whose it is, and which key has to be good at each run. */
export interface ScheduleOwner {
  tenant: string;
  role: Role;
  subject: string;
  keyId: string | null;
}

export interface ScheduleLimits {
  perSubject: number;
  perTenant: number;
}

/**
 * Only while nobody else of the tenant makes one.
 *
 * @throws AppError `too_many_schedules`, where there is room for no more
 */
export async function refuseMore(
  client: PoolClient,
  { tenant, role, subject }: ScheduleOwner,
  { perSubject, perTenant }: ScheduleLimits,
): Promise<void> {
  const { rows } = await client.query<{ own: number; all: number }>(
    `select count(*)::int as all, count(*) filter (where role = $2 and subject = $3)::int as own
       from rowferry.schedules where tenant = $1`,
    [tenant, role, subject],
  );
  const { own = 0, all = 0 } = rows[0] ?? {};
  const [who, most, setting] =
    own >= perSubject
      ? (['A subject', perSubject, 'SCHEDULE_MAX_PER_SUBJECT'] as const)
      : (['A tenant', perTenant, 'SCHEDULE_MAX_PER_TENANT'] as const);
  if (own < perSubject && all < perTenant) return;
  throw new AppError(
    'too_many_schedules',
    `${who} may have ${most} schedules (${setting}). Delete one first.`,
  );
}
