import { createHash, randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import type { Identity, Verdict } from '../auth/identity.ts';
import { auditSql } from './audit-log.ts';
import type { ActedBy } from './audit-log.ts';
import type { KeyState } from './api-keys.ts';

export interface SessionLimits {
  /** Longest life of a session; one that began with a token ends with it at the latest. */
  hours: number;
  /** Of one subject; the oldest ends when another one begins. */
  perSubject: number;
}

interface Row {
  identity: Omit<Identity, 'via'>;
  keyId: string | null;
  expiresAt: Date;
  state: KeyState;
}

/** So many that are over go whenever one begins: more than can come in. */
const FORGET_AT_ONCE = 100;
const SHAPE = /^[\w-]{43}$/;
const over = { outcome: 'expired', detail: 'The session is over. Sign in again.' } as const;

/** Sign-ins of browsers: 32 random bytes that stand for a credential, which the browser does not keep. */
export class Sessions {
  readonly #pool: Pool;
  readonly #limits: SessionLimits;

  constructor(pool: Pool, limits: SessionLimits) {
    this.#pool = pool;
    this.#limits = limits;
  }

  /** Begins one for whom a credential has identified just now. `secret` cannot be read again. */
  async begin(identity: Identity, by: ActedBy): Promise<{ secret: string; expiresAt: Date }> {
    const { via, ...who } = identity;
    const secret = randomBytes(32).toString('base64url');
    const { rows } = await this.#pool.query<{ expiresAt: Date }>(
      `with gone as (
         delete from rowferry.sessions
          where id in (select id from rowferry.sessions where expires_at <= now() limit ${FORGET_AT_ONCE})
             or id in (select id from rowferry.sessions where tenant = $2 and subject = $3
                        order by created_at desc offset $4)),
       changed as (
         insert into rowferry.sessions (hash, tenant, subject, key_id, identity, expires_at)
         values ($1, $2, $3, $5, $6, least(now() + make_interval(hours => $7), $8::timestamptz))
         returning *),
       audited as (${auditSql('changed', '$9', { act: 'session.begun', kind: 'session' })})
       select expires_at as "expiresAt" from changed`,
      [
        hashOf(secret),
        who.tenant,
        who.subject,
        this.#limits.perSubject - 1,
        via.kind === 'key' ? via.keyId : null,
        who,
        this.#limits.hours,
        via.kind === 'token' ? via.expiresAt : 'infinity',
        by,
      ],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('insert returned no row');
    return { secret, expiresAt: row.expiresAt };
  }

  /** Whose it is. One that is unknown counts as over: nobody guesses 32 bytes. */
  async identify(secret: string): Promise<Verdict> {
    if (!SHAPE.test(secret)) return over;
    const { rows } = await this.#pool.query<Row>(
      `select s.identity, s.key_id as "keyId", s.expires_at as "expiresAt",
              case when k.revoked_at is not null then 'revoked'
                   when k.expires_at <= now() then 'expired' else 'valid' end as state
         from rowferry.sessions s left join rowferry.api_keys k on k.id = s.key_id
        where s.hash = $1 and s.expires_at > now()`,
      [hashOf(secret)],
    );
    const [found] = rows;
    if (found === undefined) return over;
    const { identity, keyId, expiresAt, state } = found;
    if (state !== 'valid') return { outcome: state, detail: `The API key of the session is ${state}.` };
    const via = keyId === null ? ({ kind: 'token', expiresAt } as const) : ({ kind: 'key', keyId } as const);
    return { outcome: 'valid', identity: { ...identity, via } };
  }

  /** Nothing happens when there is none. */
  async end(secret: string, by: ActedBy): Promise<void> {
    await this.#pool.query(
      `with changed as (delete from rowferry.sessions where hash = $1 returning *),
       audited as (${auditSql('changed', '$2', { act: 'session.ended', kind: 'session' })})
       select from changed`,
      [hashOf(secret), by],
    );
  }
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
