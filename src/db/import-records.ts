import type { Pool } from 'pg';
import { AppError } from '../errors.ts';
import { audit, auditSql } from './audit-log.ts';
import type { ActedBy, AuditEntry } from './audit-log.ts';
import { importColumns } from './import-record.ts';
import type { ImportRecord, NewImport } from './import-record.ts';
import { inLockedTransaction } from './transaction.ts';

/** Imports that may be queued or running. */
export interface ImportQuota {
  perSubject: number;
  perTenant: number;
}

/** Imports as clients see them. Every method takes the tenant who asks and touches nothing of another's. */
export class ImportRecords {
  readonly #pool: Pool;
  readonly quota: ImportQuota;
  /** How long the keys of requests are remembered. */
  readonly #idempotencyHours: number;

  constructor(pool: Pool, options: { quota: ImportQuota; idempotencyHours: number }) {
    this.#pool = pool;
    this.quota = options.quota;
    this.#idempotencyHours = options.idempotencyHours;
  }

  async find(tenant: string, id: string): Promise<ImportRecord | undefined> {
    const { rows } = await this.#pool.query<ImportRecord>(
      `select ${importColumns} from rowferry.imports where tenant = $1 and id = $2`,
      [tenant, id],
    );
    return rows[0];
  }

  /**
   * Looks whether one more is within the quota, before its file is taken. {@link create} decides.
   *
   * @throws AppError `too_many_at_once`
   */
  async checkQuota({ tenant, role, subject }: Pick<NewImport, 'tenant' | 'role' | 'subject'>): Promise<void> {
    const { rows } = await this.#pool.query<{ own: number; all: number }>(OPEN, [tenant, role, subject]);
    this.#refuseMore(rows[0]);
  }

  /**
   * Records an import whose file is stored. `replayed`: the same request came with this idempotency key before.
   *
   * @throws AppError `too_many_at_once`, `idempotency_key_reused`
   */
  create(values: NewImport, by: ActedBy): Promise<{ import: ImportRecord; replayed: boolean }> {
    const { tenant, role, subject, idempotencyKey: key } = values;
    return inLockedTransaction(this.#pool, `imports of ${tenant}`, async (client) => {
      await client.query(FORGET_KEY, [tenant, role, subject, key, this.#idempotencyHours]);
      const before = await client.query<ImportRecord>(
        `select ${importColumns} from rowferry.imports
          where tenant = $1 and role = $2 and subject = $3 and idempotency_key = $4`,
        [tenant, role, subject, key],
      );
      const [same] = before.rows;
      if (same !== undefined) {
        if (!same.requestHash.equals(values.requestHash)) throw keyReused();
        await audit(client, replayOf(same, by));
        return { import: same, replayed: true };
      }
      const open = await client.query<{ own: number; all: number }>(OPEN, [tenant, role, subject]);
      this.#refuseMore(open.rows[0]);
      const [made] = (await client.query<ImportRecord>(INSERT, insertValues(values, by))).rows;
      if (made === undefined) throw new Error('an import was not inserted');
      return { import: made, replayed: false };
    });
  }

  #refuseMore(open: { own: number; all: number } | undefined): void {
    const { perSubject, perTenant } = this.quota;
    if (open === undefined || (open.own < perSubject && open.all < perTenant)) return;
    throw tooManyImports();
  }
}

export function tooManyImports(): AppError {
  const message = 'Too many imports are being sent, queued or running. Wait until one of them has ended.';
  return new AppError('too_many_at_once', message);
}

/** A record lives longer than its key, which may then name another import. */
const FORGET_KEY = `update rowferry.imports set idempotency_key = null
  where tenant = $1 and role = $2 and subject = $3 and idempotency_key = $4
    and created_at <= now() - make_interval(hours => $5)`;

const OPEN = `select count(*) filter (where role = $2 and subject = $3)::int as own, count(*)::int as all
  from rowferry.imports where tenant = $1 and status in ('queued', 'running')`;

const INSERT = `with made as (
    insert into rowferry.imports
      (id, tenant, role, subject, key_id, dataset, params, preset, format, options, on_invalid, dry_run, object_key,
       file_bytes, request_hash, idempotency_key)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    returning *
  ), line as (
    ${auditSql('made', '$17', {
      act: 'import.requested',
      kind: 'import',
      details: `jsonb_build_object('outcome', 'created', 'dataset', made.dataset, 'dryRun', made.dry_run, 'bytes', made.file_bytes)`,
    })}
  )
  select ${importColumns} from made`;

function insertValues(values: NewImport, by: ActedBy): unknown[] {
  return [
    values.id,
    values.tenant,
    values.role,
    values.subject,
    values.keyId,
    values.dataset,
    values.params,
    values.preset,
    values.format,
    values.options,
    values.onInvalid,
    values.dryRun,
    values.objectKey,
    values.fileBytes,
    values.requestHash,
    values.idempotencyKey,
    by,
  ];
}

function replayOf({ tenant, id, dataset, dryRun, fileBytes }: ImportRecord, by: ActedBy): AuditEntry {
  const details = { outcome: 'replayed', dataset, dryRun, bytes: fileBytes };
  return { tenant, by, act: 'import.requested', object: { kind: 'import', id }, details };
}

function keyReused(): AppError {
  return new AppError(
    'idempotency_key_reused',
    'This Idempotency-Key came with another import before. Take a new key for a new one.',
  );
}
