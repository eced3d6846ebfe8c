import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { DEFAULT_TENANT, defaultScopes } from '../auth/identity.ts';
import type { Scope, Verdict } from '../auth/identity.ts';
import type { Role } from '../export/dataset.ts';
import { auditSql } from './audit-log.ts';
import type { ActedBy } from './audit-log.ts';

export interface NewApiKey {
  /** Default: that of installations with one tenant. */
  tenant?: string;
  role: Role;
  subject: string;
  /** Default: to look and to ask. */
  scopes?: readonly Scope[];
  /** Undefined: it does not expire. */
  expiresInSeconds?: number | undefined;
  demo?: boolean;
}

export type KeyState = 'valid' | 'expired' | 'revoked';

export interface ApiKeyInfo {
  keyId: string;
  tenant: string;
  role: Role;
  subject: string;
  scopes: Scope[];
  hint: string;
  demo: boolean;
  state: KeyState;
  createdAt: Date;
  expiresAt: Date | null;
  /** To the minute. */
  lastUsedAt: Date | null;
}

/** So that a key is recognised wherever it turns up, by people and by secret scanners. */
export const KEY_PREFIX = 'rwf_';
const HINT_LENGTH = KEY_PREFIX.length + 6;
const LAST_USE_SECONDS = 60;

const stateColumn = `case when revoked_at is not null then 'revoked'
                          when expires_at <= now() then 'expired' else 'valid' end as state`;

/** What a key is for; not even its first characters are in the audit log. */
const keyDetails = `jsonb_build_object('role', changed.role, 'subject', changed.subject, 'scopes', changed.scopes,
                                       'expiresAt', changed.expires_at)`;

interface IdentifiedRow {
  keyId: string;
  tenant: string;
  role: Role;
  subject: string;
  scopes: Scope[];
  state: KeyState;
  unnoticed: boolean;
}

/**
 * API keys: 32 random bytes, shown once. Only a SHA-256 is stored; with that much entropy there is nothing for a slow
 * hash to protect.
 */
export class ApiKeys {
  readonly #pool: Pool;
  /** Keys whose use is being written down. */
  readonly #noting = new Set<string>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Makes a key and returns it; it cannot be read again. */
  async create(values: NewApiKey, by?: ActedBy): Promise<{ id: string; key: string }> {
    const id = randomUUID();
    const key = KEY_PREFIX + randomBytes(32).toString('base64url');
    await this.#insert(id, key, values, by);
    return { id, key };
  }

  /** Puts a known key in place, for the demo whose keys live in a file. No error when it is there already. */
  async ensure(key: string, values: NewApiKey): Promise<void> {
    await this.#insert(randomUUID(), key, values);
  }

  /** Who sends a key. Its use is written down in the background, at most once a minute. */
  async identify(key: string): Promise<Verdict> {
    const { rows } = await this.#pool.query<IdentifiedRow>(
      `select id as "keyId", tenant, role, subject, scopes, ${stateColumn},
              coalesce(last_used_at < now() - make_interval(secs => $2), true) as unnoticed
         from rowferry.api_keys where hash = $1`,
      [hashOf(key), LAST_USE_SECONDS],
    );
    const [found] = rows;
    if (found === undefined) return { outcome: 'invalid', detail: 'There is no such API key.' };
    const { keyId, tenant, subject, role, scopes, state } = found;
    if (state !== 'valid') {
      return { outcome: state, detail: `The API key is ${state}.`, key: { tenant, subject, role, keyId } };
    }
    if (found.unnoticed) this.#note(keyId);
    return {
      outcome: 'valid',
      identity: { tenant, subject, roles: [role], scopes, via: { kind: 'key', keyId } },
    };
  }

  /** How a key stands, by its id. */
  async stateOf(id: string): Promise<KeyState> {
    const { rows } = await this.#pool.query<{ state: KeyState }>(
      `select ${stateColumn} from rowferry.api_keys where id = $1`,
      [id],
    );
    return rows[0]?.state ?? 'revoked';
  }

  /** Those of these keys that are neither revoked nor expired. */
  async areValid(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const { rows } = await this.#pool.query<{ id: string }>(
      `select id from (select id, ${stateColumn} from rowferry.api_keys where id = any($1)) keys where state = 'valid'`,
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Oldest first; of one tenant, or of all. */
  async list(tenant?: string): Promise<ApiKeyInfo[]> {
    const { rows } = await this.#pool.query<ApiKeyInfo>(
      `select id as "keyId", tenant, role, subject, scopes, hint, demo, ${stateColumn},
              created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt"
         from rowferry.api_keys where $1::text is null or tenant = $1 order by created_at`,
      [tenant],
    );
    return rows;
  }

  /** False when there is no such key or it was revoked before. */
  async revoke(id: string, by?: ActedBy): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `with changed as (
         update rowferry.api_keys set revoked_at = now() where id::text = $1 and revoked_at is null returning *),
       audited as (${auditSql('changed', '$2', { act: 'key.revoked', kind: 'key', details: keyDetails })})
       select from changed`,
      [id, by],
    );
    return rowCount === 1;
  }

  #note(id: string): void {
    if (this.#noting.has(id)) return;
    this.#noting.add(id);
    void this.#pool
      .query('update rowferry.api_keys set last_used_at = now() where id = $1', [id])
      // The next request writes it.
      .catch(() => undefined)
      .finally(() => this.#noting.delete(id));
  }

  async #insert(id: string, key: string, values: NewApiKey, by?: ActedBy): Promise<void> {
    await this.#pool.query(
      `with changed as (
         insert into rowferry.api_keys (id, hash, hint, tenant, role, subject, scopes, expires_at, demo)
         values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), $9)
         on conflict (hash) do nothing
         returning *),
       audited as (${auditSql('changed', '$10', { act: 'key.created', kind: 'key', details: keyDetails })})
       select from changed`,
      [
        id,
        hashOf(key),
        key.slice(0, HINT_LENGTH),
        values.tenant ?? DEFAULT_TENANT,
        values.role,
        values.subject,
        values.scopes ?? defaultScopes,
        values.expiresInSeconds,
        values.demo ?? false,
        by,
      ],
    );
  }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
