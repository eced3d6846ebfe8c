import type { Pool, PoolClient } from 'pg';
import { AppError } from '../errors.ts';
import { audit } from './audit-log.ts';
import type { ActedBy, AuditEntry } from './audit-log.ts';
import type { ExportRecord } from './export-record.ts';
import { ExportRecords } from './export-records.ts';
import type { NewExport } from './export-records.ts';
import { requestHashOf } from './fingerprint.ts';
import { recallRequest, rememberRequest } from './idempotency-records.ts';
import { addNotifyTargets } from './notify-targets.ts';
import { exhausted, limitStates } from './request-limits.ts';
import type { LimitState, RequestLimits } from './request-limits.ts';
import { inFlight, inTurn, keyReused, PATIENCE_MS, waitForTurn } from './request-turn.ts';
import { TenantLine } from './tenant-line.ts';
import { countExport, readUsage } from './usage-records.ts';
import type { Holder } from './usage-records.ts';

export type RequestOutcome =
  | { outcome: 'created'; export: ExportRecord; limits: LimitState[] }
  /** The very same is queued or running already. */
  | { outcome: 'joined'; export: ExportRecord }
  /** The idempotency key was used for it before. */
  | { outcome: 'replayed'; export: ExportRecord }
  | { outcome: 'limited'; limit: LimitState; limits: LimitState[] };

/** `settled`: it has not failed, so there is nothing to try again. */
export type RetryOutcome =
  | { outcome: 'retried'; export: ExportRecord; limits: LimitState[] }
  | { outcome: 'limited'; limit: LimitState; limits: LimitState[] }
  | { outcome: 'settled' };

/** How a request comes. */
export interface Asking {
  /** Who asks, for the audit log. */
  by?: ActedBy | undefined;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface ExportRequestsOptions {
  limits: RequestLimits;
  idempotencyHours: number;
  /** Requests of one tenant that may wait for each other in this process. */
  maxWaiting: number;
  /** Targets that may hear of one export, however many requests it answers. */
  maxTargets: number;
}

/**
 * Accepts exports. Requests of one tenant take turns, by a lock that their transaction holds, so what is counted is what
 * is there: no limit is exceeded and no request doubled, however many come at once and to however many processes.
 */
export class ExportRequests {
  readonly #pool: Pool;
  readonly #options: ExportRequestsOptions;
  readonly #line: TenantLine;
  /** Idempotency keys whose first request is being answered by this process. */
  readonly #inFlight = new Set<string>();

  constructor(pool: Pool, options: ExportRequestsOptions) {
    this.#pool = pool;
    this.#options = options;
    this.#line = new TenantLine({ maxLength: options.maxWaiting, patienceMs: PATIENCE_MS });
  }

  /**
   * Makes an export, unless there is one already or a limit is reached.
   *
   * @param asking.signal aborts when nobody waits for the answer any more; what is not committed by then is not made
   * @throws AppError `idempotency_key_reused`, `idempotency_key_in_flight`, `export_deleted`, `too_many_targets`,
   *   `too_many_at_once`;
   *   `tenant_busy` (retryable)
   */
  async request(values: NewExport, asking: Asking = {}): Promise<RequestOutcome> {
    const { tenant, role, subject } = values;
    const { idempotencyKey, signal, by } = asking;
    const name =
      idempotencyKey === undefined ? undefined : JSON.stringify([tenant, role, subject, idempotencyKey]);
    if (name === undefined) return this.#line.run(tenant, () => this.#decide(values, { signal, by }));
    if (this.#inFlight.has(name)) throw inFlight();
    this.#inFlight.add(name);
    try {
      return await this.#line.run(tenant, () =>
        this.#decide(values, { signal, by }, { key: idempotencyKey ?? '', name }),
      );
    } finally {
      this.#inFlight.delete(name);
    }
  }

  /** How the limits of one holder stand just now. */
  async limits(holder: Holder): Promise<LimitState[]> {
    return limitStates(this.#options.limits, await readUsage(this.#pool, holder));
  }

  /**
   * Has a failed export run once more, if limits allow its owner one more.
   *
   * @param asking.keyId as of {@link ExportRecords.retry}
   */
  retry(
    record: Pick<ExportRecord, 'tenant' | 'role' | 'subject' | 'id'>,
    { by, keyId, signal }: Omit<Asking, 'idempotencyKey'> & { keyId?: string | null | undefined },
  ): Promise<RetryOutcome> {
    const { tenant, id } = record;
    return this.#line.run(tenant, () =>
      inTurn(this.#pool, { tenant, name: undefined, signal }, async (client): Promise<RetryOutcome> => {
        const limits = limitStates(this.#options.limits, await readUsage(client, record));
        const limit = exhausted(limits);
        if (limit !== undefined) return { outcome: 'limited', limit, limits };
        const retried = await new ExportRecords(client).retry(tenant, id, { keyId, by });
        if (retried === undefined) return { outcome: 'settled' };
        await countExport(client, record);
        return { outcome: 'retried', export: retried, limits: limits.map(withOneMore) };
      }),
    );
  }

  /** As {@link request}, inside a transaction of the caller's, who commits it or takes all of it back. */
  async requestWithin(client: PoolClient, values: NewExport, by: ActedBy): Promise<RequestOutcome> {
    await waitForTurn(client, values.tenant);
    return this.#answer(client, values, undefined, by);
  }

  #decide(
    values: NewExport,
    { signal, by }: Asking,
    idempotency?: { key: string; name: string },
  ): Promise<RequestOutcome> {
    const turn = { tenant: values.tenant, name: idempotency?.name, signal };
    return inTurn(this.#pool, turn, (client) => this.#answer(client, values, idempotency?.key, by));
  }

  async #answer(
    client: PoolClient,
    values: NewExport,
    key: string | undefined,
    by: ActedBy | undefined,
  ): Promise<RequestOutcome> {
    const records = new ExportRecords(client);
    const requestHash = requestHashOf(values);
    const named = key === undefined ? undefined : { ...values, key };
    const before =
      named === undefined ? undefined : await recallRequest(client, named, this.#options.idempotencyHours);
    if (before !== undefined) {
      if (!before.requestHash.equals(requestHash)) throw keyReused();
      const replayed = await records.find(values.tenant, before.exportId);
      if (replayed === undefined) throw deleted();
      if (by !== undefined) await audit(client, replayOf(replayed, by));
      return { outcome: 'replayed', export: replayed };
    }
    const remember = async (exportId: string) => {
      if (named !== undefined) await rememberRequest(client, named, { requestHash, exportId });
    };
    const tell = async (record: ExportRecord) => {
      if (values.notify === undefined) return;
      await addNotifyTargets(client, record, values.notify, this.#options.maxTargets);
    };
    const same = await records.findInFlight(values, by);
    if (same !== undefined) {
      await tell(same);
      await remember(same.id);
      return { outcome: 'joined', export: same };
    }
    const limits = limitStates(this.#options.limits, await readUsage(client, values));
    const limit = exhausted(limits);
    if (limit !== undefined) return { outcome: 'limited', limit, limits };
    const created = await records.create(values, by);
    await tell(created);
    await countExport(client, values);
    await remember(created.id);
    return { outcome: 'created', export: created, limits: limits.map(withOneMore) };
  }
}

function replayOf({ tenant, id, dataset, format, formats, role }: ExportRecord, by: ActedBy): AuditEntry {
  const details = { outcome: 'replayed', dataset, format, formats, role };
  return { tenant, by, act: 'export.requested', object: { kind: 'export', id }, details };
}

function withOneMore(state: LimitState): LimitState {
  const counts = state.unit === 'requests' || state.unit === 'concurrent-requests';
  return counts ? { ...state, remaining: state.remaining - 1 } : state;
}

function deleted(): AppError {
  return new AppError(
    'export_deleted',
    'The export that this Idempotency-Key made was deleted. Take a new key to make another.',
  );
}
