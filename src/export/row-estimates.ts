import { Pool } from 'pg';
import type { Dataset } from './dataset.ts';
import { estimateRows } from './estimate-rows.ts';

export interface RowEstimatesOptions {
  connectionString: string;
  /** Time that one may take, by the server's watch and ours. */
  timeoutMs: number;
}

/** At most so many are made at a time; others wait for them. */
const CONNECTIONS = 2;

/** The planner's guesses before an export is accepted, over connections that are kept. Nothing is read. */
export class RowEstimates {
  readonly #pool: Pool;
  readonly #timeoutMs: number;

  constructor({ connectionString, timeoutMs }: RowEstimatesOptions) {
    this.#timeoutMs = timeoutMs;
    this.#pool = new Pool({
      connectionString,
      max: CONNECTIONS,
      application_name: 'rowferry-estimate',
      connectionTimeoutMillis: timeoutMs,
      query_timeout: timeoutMs,
    });
    this.#pool.on('error', () => undefined);
  }

  /** Rejects when it takes too long. */
  async of(dataset: Dataset, params: Record<string, unknown>): Promise<number> {
    const query = dataset.query(params);
    const client = await this.#pool.connect();
    let broken = true;
    try {
      // The planner may call functions of the query, and must not wait for a lock longer than we do.
      await client.query(`begin read only; set local statement_timeout = ${this.#timeoutMs}`);
      const rows = await estimateRows(client, query);
      await client.query('rollback');
      broken = false;
      return rows;
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
