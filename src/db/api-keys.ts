import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Role } from '../export/dataset.ts';

/** Who a request comes from. */
export interface Identity {
  keyId: string;
  role: Role;
  /** Whose rows a user may export, and whose exports they see. */
  subject: string;
}

export interface ApiKeyInfo extends Identity {
  hint: string;
  demo: boolean;
  createdAt: Date;
  revokedAt: Date | null;
}

/** So that a key is recognised wherever it turns up, by people and by secret scanners. */
const PREFIX = 'rwf_';
const HINT_LENGTH = PREFIX.length + 6;

/**
 * API keys: 32 random bytes, shown once. Only a SHA-256 is stored; with that much entropy there is nothing for a slow
 * hash to protect.
 */
export class ApiKeys {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Makes a key and returns it; it cannot be read again. */
  async create(values: {
    role: Role;
    subject: string;
    demo?: boolean;
  }): Promise<{ id: string; key: string }> {
    const id = randomUUID();
    const key = PREFIX + randomBytes(32).toString('base64url');
    await this.#insert(id, key, values);
    return { id, key };
  }

  /** Puts a known key in place, for the demo whose keys live in a file. No error when it is there already. */
  async ensure(key: string, values: { role: Role; subject: string; demo: boolean }): Promise<void> {
    await this.#insert(randomUUID(), key, values);
  }

  /** Undefined for a key that does not exist or was revoked. */
  async identify(key: string): Promise<Identity | undefined> {
    const { rows } = await this.#pool.query<Identity>(
      `select id as "keyId", role, subject from rowferry.api_keys where hash = $1 and revoked_at is null`,
      [hashOf(key)],
    );
    return rows[0];
  }

  async list(): Promise<ApiKeyInfo[]> {
    const { rows } = await this.#pool.query<ApiKeyInfo>(
      `select id as "keyId", role, subject, hint, demo, created_at as "createdAt", revoked_at as "revokedAt"
         from rowferry.api_keys order by created_at`,
    );
    return rows;
  }

  /** False when there is no such key or it was revoked before. */
  async revoke(id: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      'update rowferry.api_keys set revoked_at = now() where id::text = $1 and revoked_at is null',
      [id],
    );
    return rowCount === 1;
  }

  async #insert(
    id: string,
    key: string,
    values: { role: Role; subject: string; demo?: boolean },
  ): Promise<void> {
    await this.#pool.query(
      `insert into rowferry.api_keys (id, hash, hint, role, subject, demo) values ($1, $2, $3, $4, $5, $6)
       on conflict (hash) do nothing`,
      [id, hashOf(key), key.slice(0, HINT_LENGTH), values.role, values.subject, values.demo ?? false],
    );
  }
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
