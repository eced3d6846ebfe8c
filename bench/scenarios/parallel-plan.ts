import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import QueryStream from 'pg-query-stream';
import type { BenchContext, Measurement, Scenario } from '../scenario.ts';
import { createDatabase } from '../service/database.ts';
import { mediansOf } from '../service/percentiles.ts';

const QUERIES = {
  aggregate: 'select part, count(*), max(md5(filler)) from big group by part',
  filter: `select n, filler from big where md5(filler) like '0%'`,
};
/** How the rows of a portal are asked for: 0 is no limit, one Execute to the end. */
const LIMITS = { 'one Execute': 0, 'Execute by 1,000 rows': 1000 };
const WAYS = {
  bytes: 'one Execute, byte path',
  rows: 'by 1,000 rows, row path',
  'pg-cursor': 'one Execute, pg-cursor',
};
const READER = fileURLToPath(new URL('../service/paused-reader.ts', import.meta.url));
const SAMPLE_MS = 5;

/**
 * PostgreSQL takes a portal to several processes only when one Execute without a row limit takes it to the end. A limit
 * bounds what the client holds; so does a paused socket, without the price.
 */
export const parallelPlan: Scenario = {
  name: 'parallel-plan',
  title: 'A parallel plan, in one Execute and by 1,000 rows; and a reader that pauses',
  run: async (context) => {
    const database = await createDatabase(context.postgresUrl);
    const client = new Client({ connectionString: database.url });
    const observer = new Client({ connectionString: database.url });
    try {
      await client.connect();
      await observer.connect();
      await prepare(client, context.rows * 4);
      const measurements: Measurement[] = [];
      const ratios: Record<string, number> = {};
      for (const [query, text] of Object.entries(QUERIES)) {
        const results = await compare(context, { client, observer, query, text });
        measurements.push(...results);
        const [once, limited] = results.map(({ figures }) => figures['seconds'] ?? NaN);
        ratios[`${query}OneExecuteVsLimited`] = (limited ?? NaN) / (once ?? NaN);
      }
      for (const [way, name] of Object.entries(WAYS))
        measurements.push({ name: `paused reader: ${name}`, figures: await pausedReader(database.url, way) });
      return { measurements, ratios, remarks: [] };
    } finally {
      await client.end();
      await observer.end();
      await database.drop();
    }
  },
};

async function prepare(client: Client, rows: number): Promise<void> {
  await client.query(`
    create unlogged table big as
      select n, n % 5000 as part, repeat(md5(n::text), 2) as filler from generate_series(1, ${rows}) as n`);
  await client.query('vacuum (freeze, analyze) big');
  await client.query(`
    set max_parallel_workers_per_gather = 2;
    set min_parallel_table_scan_size = '8kB';
    set parallel_setup_cost = 0;
    set work_mem = '64MB'`);
}

interface Case {
  client: Client;
  observer: Client;
  query: string;
  text: string;
}

async function compare(context: BenchContext, { query, text, ...clients }: Case): Promise<Measurement[]> {
  const rounds = Object.entries(LIMITS).map(([name, limit]) => ({ name, limit, figures: [] as Figures[] }));
  for (let round = 0; round <= context.rounds; round++) {
    for (const { name, limit, figures } of rounds) {
      const measured = await measure(clients, text, limit);
      context.note(`${query}, ${name}, round ${round}: ${JSON.stringify(measured)}`);
      if (round > 0) figures.push(measured);
    }
  }
  return rounds.map(({ name, figures }) => ({ name: `${query}, ${name}`, figures: mediansOf(figures) }));
}

type Figures = Record<string, number>;

async function measure(
  { client, observer }: Pick<Case, 'client' | 'observer'>,
  text: string,
  limit: number,
): Promise<Figures> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const watch = watchWorkers(observer, rows[0]?.pid ?? 0);
  const startedAt = performance.now();
  const read = await drain(client, text, limit);
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, rows: read, parallelWorkers: await watch.stop() };
}

/** As an export does it, but for the encoding: parse, bind, describe, then Execute until there is nothing more. */
async function drain(client: Client, text: string, limit: number): Promise<number> {
  const stream = new QueryStream(text, [], { rowMode: 'array' });
  client.query(stream);
  const cursor = stream.cursor as Cursor;
  for (let total = 0; ;) {
    const rows = await new Promise<unknown[]>((resolve, reject) => {
      cursor.read(limit, (error, batch) => (error ? reject(error) : resolve(batch)));
    });
    total += rows.length;
    if (limit === 0 || rows.length < limit) return total;
  }
}

/** The part of pg-cursor that is used; pg-query-stream types it as `any`. */
interface Cursor {
  read(rows: number, callback: (error: Error | null | undefined, rows: unknown[]) => void): void;
}

/** Counts the processes that PostgreSQL put beside this backend, at most at one time. */
function watchWorkers(observer: Client, pid: number): { stop(): Promise<number> } {
  const watching = { done: false };
  const watch = async () => {
    let most = 0;
    while (!watching.done) {
      const { rows } = await observer.query<{ count: number }>(
        'select count(*)::int as count from pg_stat_activity where leader_pid = $1',
        [pid],
      );
      most = Math.max(most, rows[0]?.count ?? 0);
      await pause(SAMPLE_MS);
    }
    return most;
  };
  const watched = watch();
  return {
    stop() {
      watching.done = true;
      return watched;
    },
  };
}

async function pausedReader(connectionString: string, way: string): Promise<Figures> {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const args = ['--import', tsx, READER, connectionString, way, 'select n, filler from big'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Figures;
}
