import { Pool } from 'pg';
import type { Dataset } from './dataset.ts';
import { estimateRows } from './estimate-rows.ts';

export interface RowEstimatesOptions {
  /** Of the source that a dataset reads. */
  connectionStringOf: (dataset: Dataset) => string;
  /** Time that one may take, by the server's watch and ours. */
  timeoutMs: number;
}

/** At most so many are made at a time on one source; others wait for them. */
const CONNECTIONS = 2;

/** The planner's guesses before an export is accepted, over connections that are kept. Nothing is read. */
export class RowEstimates {
  readonly #options: RowEstimatesOptions;
  readonly #pools = new Map<string, Pool>();

  constructor(options: RowEstimatesOptions) {
    this.#options = options;
  }

  /** Rejects when it takes too long. */
  async of(dataset: Dataset, params: Record<string, unknown>): Promise<number> {
    const query = dataset.query(params);
    const client = await this.#poolOf(dataset).connect();
    let broken = true;
    try {
      // The planner may call functions of the query, and must not wait for a lock longer than we do.
      await client.query(`begin read only; set local statement_timeout = ${this.#options.timeoutMs}`);
      const rows = await estimateRows(client, query);
      await client.query('rollback');
      broken = false;
      return rows;
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.end()));
  }

  #poolOf(dataset: Dataset): Pool {
    const { connectionStringOf, timeoutMs } = this.#options;
    const connectionString = connectionStringOf(dataset);
    const known = this.#pools.get(connectionString);
    if (known !== undefined) return known;
    const pool = new Pool({
      connectionString,
      max: CONNECTIONS,
      application_name: 'rowferry-estimate',
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
    });
    pool.on('error', () => undefined);
    this.#pools.set(connectionString, pool);
    return pool;
  }
}
