import { Client } from 'pg';

/** How long one export may take before the bench gives up, in milliseconds. */
const PATIENCE_MS = 120_000;

/**
 * Hears of ended exports by LISTEN: a trigger in the bench's own database tells of every row that ends. Polling the API
 * would add a load of its own and the half of an interval to every figure.
 */
export class Completions {
  readonly #client: Client;
  readonly #ended = new Map<string, string>();
  readonly #waiting = new Map<string, (status: string) => void>();

  private constructor(client: Client) {
    this.#client = client;
    client.on('notification', ({ payload = '' }) => {
      const [id = '', status = ''] = payload.split(' ');
      const resolve = this.#waiting.get(id);
      if (resolve === undefined) this.#ended.set(id, status);
      else {
        this.#waiting.delete(id);
        resolve(status);
      }
    });
  }

  static async open(connectionString: string): Promise<Completions> {
    const client = new Client({ connectionString });
    await client.connect();
    await client.query(`
      create or replace function bench_tell() returns trigger language plpgsql as $$
      begin perform pg_notify('bench_ended', new.id || ' ' || new.status); return null; end $$;
      create or replace trigger bench_tell after update of status on rowferry.exports
        for each row when (new.status in ('completed', 'failed')) execute function bench_tell();
      listen bench_ended`);
    return new Completions(client);
  }

  /** Resolves when the export is completed, whether that was before or is yet to come. @throws Error when it fails */
  async of(id: string): Promise<void> {
    const known = this.#ended.get(id);
    this.#ended.delete(id);
    const status = known ?? (await this.#next(id));
    if (status !== 'completed') throw new Error(`export ${id} is ${status}`);
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  #next(id: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`export ${id} did not end`)), PATIENCE_MS);
      this.#waiting.set(id, (status) => {
        clearTimeout(timer);
        resolve(status);
      });
    });
  }
}
