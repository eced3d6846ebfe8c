import { Pool } from 'pg';
import type { Asker, Dataset, SessionContext } from './dataset.ts';
import { viewFor } from './dataset-view.ts';
import { estimateRows } from './estimate-rows.ts';
import { sessionOf } from './session-of.ts';
import { settingsOf } from './source-client.ts';
import { sourceOf } from './sources.ts';
import type { Sources } from './sources.ts';

export interface RowEstimatesOptions {
  sources: Sources;
  /** Time that one may take, by the server's watch and ours. */
  timeoutMs: number;
  /** At most so many are made at a time on one source; others wait for them. */
  connections: number;
}

/** The planner's guesses before an export is accepted, over connections that are kept. Nothing is read. */
export class RowEstimates {
  readonly #sources: Sources;
  readonly #timeoutMs: number;
  readonly #connections: number;
  /** By connection string. */
  readonly #pools = new Map<string, Pool>();

  constructor({ sources, timeoutMs, connections }: RowEstimatesOptions) {
    this.#sources = sources;
    this.#timeoutMs = timeoutMs;
    this.#connections = connections;
  }

  /** Of all files of a bundle together. Rejects when it takes too long. */
  async of(dataset: Dataset, asker: Asker, params: Record<string, unknown>): Promise<number> {
    if (dataset.files === undefined) return this.#one(dataset, asker, params);
    const files = dataset.files.map((file) => this.#one(file.dataset, asker, file.params(params)));
    return (await Promise.all(files)).reduce((sum, rows) => sum + rows, 0);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.end()));
  }

  async #one(dataset: Dataset, asker: Asker, params: Record<string, unknown>): Promise<number> {
    const query = viewFor(dataset, asker.role).query(params);
    const session = sessionOf(dataset, asker);
    const settings = isEmpty(session) ? [] : settingsOf(session, {});
    const client = await this.#poolOf(dataset).connect();
    try {
      // The planner may call functions of the query, and must not wait for a lock longer than we do. One round trip.
      await client.query(`begin read only; set local statement_timeout = ${this.#timeoutMs}`);
      for (const { text, values = [] } of settings) await client.query(text, [...values]);
      return await estimateRows(client, query);
    } finally {
      // Whoever asks need not wait for it. A connection that cannot be rolled back is thrown away.
      void client.query('rollback').then(
        () => client.release(),
        () => client.release(true),
      );
    }
  }

  #poolOf(dataset: Dataset): Pool {
    const connectionString = sourceOf(this.#sources, dataset);
    const known = this.#pools.get(connectionString);
    if (known !== undefined) return known;
    const pool = new Pool({
      connectionString,
      max: this.#connections,
      application_name: 'rowferry-estimate',
      connectionTimeoutMillis: this.#timeoutMs,
      query_timeout: this.#timeoutMs,
    });
    // A lost connection must not end the process, neither an idle one nor, between two queries, one that is lent out.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    this.#pools.set(connectionString, pool);
    return pool;
  }
}

function isEmpty({ settings = {}, role }: SessionContext): boolean {
  return role === undefined && Object.keys(settings).length === 0;
}
