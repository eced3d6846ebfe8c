import type { Pool } from 'pg';
import type { Role } from '../export/dataset.ts';
import type { Queryable } from './pool.ts';

/** Everything that leaves a line. A new act is a name here and a row in docs/audit.md. */
export const auditActs = [
  'export.requested',
  'export.previewed',
  'export.downloaded',
  'export.cancelled',
  'export.deleted',
  'export.retried',
  'export.expired',
  'import.requested',
  'bulk.requested',
  'bulk.cancelled',
  'bulk.retried',
  'bulk.deleted',
  'bulk.manifest_downloaded',
  'notification.added',
  'notification.redelivered',
  'webhook.created',
  'webhook.deleted',
  'webhook.secret_rotated',
  'webhook.enabled',
  'schedule.created',
  'schedule.changed',
  'schedule.paused',
  'schedule.resumed',
  'schedule.deleted',
  'session.begun',
  'session.ended',
  'key.created',
  'key.revoked',
  'access.forbidden',
  'access.key_refused',
  'access.address_refused',
] as const;
export type AuditAct = (typeof auditActs)[number];

export const actorKinds = ['key', 'token', 'cli', 'schedule', 'system', 'unknown'] as const;

/** Who acts, and from where, as a line tells it. */
export interface ActedBy {
  /** What proved it. */
  kind: (typeof actorKinds)[number];
  subject?: string | undefined;
  role?: Role | undefined;
  keyId?: string | undefined;
  /** The user in whose name a back end acts. */
  actedAs?: string | undefined;
  ip?: string | undefined;
  userAgent?: string | undefined;
  requestId?: string | undefined;
}

export interface AuditEntry {
  /** Null where nobody knows whose it is. */
  tenant: string | null;
  by: ActedBy;
  act: AuditAct;
  object?: { kind: string; id: string } | undefined;
  /** What else is worth knowing: never a secret, a key, a token, or what a client may have put one into. */
  details?: Readonly<Record<string, unknown>>;
}

/** What can be told of one line. */
export interface AuditLine {
  id: string;
  at: Date;
  actor: Pick<ActedBy, 'kind'> & {
    subject: string | null;
    role: string | null;
    keyId: string | null;
    actedAs: string | null;
  };
  act: string;
  object: { kind: string; id: string } | null;
  details: Record<string, unknown>;
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
  position: string;
}

export interface AuditFilter {
  tenant: string;
  actor?: string | undefined;
  act?: string | undefined;
  object?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  /** Only those after this `position`. */
  after?: string | undefined;
}

/** Longer ones are cut: they come from outside. */
const MAX_TEXT = 300;

const actor = `b.kind, b.subject, b.role, b."keyId", b."actedAs", left(b.ip, 64),
  left(b."userAgent", ${MAX_TEXT}), left(b."requestId", ${MAX_TEXT})`;
const byRecord = (by: string) =>
  `jsonb_to_record(${by}::jsonb) as b(kind text, subject text, role text, "keyId" uuid, "actedAs" text, ip text,
     "userAgent" text, "requestId" text)`;

/**
 * SQL of a part of a statement that writes the line of a change, so that neither is there without the other and no round
 * trip is added. It writes nothing where the parameter `by` is null: then nobody acted but rowferry itself.
 *
 * @param from a `with` query of the same statement; it has the column `tenant`
 * @param by the parameter, e.g. `$3`, that holds an {@link ActedBy}
 * @param line SQL expressions over the columns of `from`
 */
export function auditSql(
  from: string,
  by: string,
  line: { act: AuditAct; kind: string; id?: string; details?: string },
): string {
  return `insert into rowferry.audit_log
            (tenant, act, object_kind, object_id, details, actor_kind, actor_subject, actor_role, actor_key_id,
             acted_as, ip, user_agent, request_id)
          select ${from}.tenant, '${line.act}', '${line.kind}', ${line.id ?? `${from}.id`}::text,
                 ${line.details ?? `'{}'::jsonb`}, ${actor}
            from ${from}, ${byRecord(by)} where ${by}::jsonb is not null`;
}

/** Writes one line by itself; inside a transaction it is written with it. Rejects when it could not be. */
export async function audit(database: Queryable, entry: AuditEntry): Promise<void> {
  const { tenant, by, act, object, details = {} } = entry;
  await database.query(
    `insert into rowferry.audit_log
       (tenant, act, object_kind, object_id, details, actor_kind, actor_subject, actor_role, actor_key_id,
        acted_as, ip, user_agent, request_id)
     select $1, $2, $3, $4, $5::jsonb, ${actor} from ${byRecord('$6')}`,
    [tenant, act, object?.kind, object?.id, details, by],
  );
}

interface Row extends Omit<AuditLine, 'actor' | 'object'> {
  actor_kind: ActedBy['kind'];
  actor_subject: string | null;
  actor_role: string | null;
  actor_key_id: string | null;
  acted_as: string | null;
  object_kind: string | null;
  object_id: string | null;
}

/** What was done, as the admins of a tenant read it, and as it is written by who has no other statement for it. */
export class AuditLog {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Rejects when the line could not be written; then what it tells of must not happen. */
  write(entry: AuditEntry): Promise<void> {
    return audit(this.#pool, entry);
  }

  /** Newest first. */
  async list({ tenant, actor: of, act, object, from, to, limit, after }: AuditFilter): Promise<AuditLine[]> {
    const [at, id] = after?.split('/') ?? [];
    const { rows } = await this.#pool.query<Row>(
      `select id, at, actor_kind, actor_subject, actor_role, actor_key_id, acted_as, act, object_kind, object_id,
              details, ip, user_agent as "userAgent", request_id as "requestId", at || '/' || id as position
         from rowferry.audit_log
        where tenant = $1
          and ($2::text is null or actor_subject = $2)
          and ($3::text is null or act = $3)
          and ($4::text is null or object_id = $4)
          and ($5::timestamptz is null or at >= $5)
          and ($6::timestamptz is null or at < $6)
          and ($7::timestamptz is null or (at, id) < ($7::timestamptz, $8::bigint))
        order by at desc, id desc
        limit $9`,
      [tenant, of, act, object, from, to, at, id, limit],
    );
    return rows.map(lineOf);
  }

  /** Removes what is older, a thousand lines at most. Resolves to how many went. */
  async forget(days: number): Promise<number> {
    const { rows } = await this.#pool.query<{ gone: number }>(
      'select rowferry.forget_audit($1)::int as gone',
      [days],
    );
    return rows[0]?.gone ?? 0;
  }
}

function lineOf({
  actor_kind,
  actor_subject,
  actor_role,
  actor_key_id,
  acted_as,
  object_kind,
  object_id,
  ...rest
}: Row): AuditLine {
  return {
    ...rest,
    actor: {
      kind: actor_kind,
      subject: actor_subject,
      role: actor_role,
      keyId: actor_key_id,
      actedAs: acted_as,
    },
    object: object_kind === null || object_id === null ? null : { kind: object_kind, id: object_id },
  };
}
