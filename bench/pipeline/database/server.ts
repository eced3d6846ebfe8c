import { totalmem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openHome } from '../../../src/embedded/home.ts';
import { startPostgres } from '../../../src/embedded/postgres/launcher.ts';
import { AppError, codeOf } from '../../../src/errors.ts';

export interface BenchServer {
  url: string;
  version: string;
  postmasterPid: number;
  stop(): Promise<void>;
}

const MIB = 1024 ** 2;
/** Where data go that the server's user cannot reach in the cache; read once, before a run sets a TMPDIR of its own. */
const FALLBACK = join(tmpdir(), 'rowferry-bench-data');

/**
 * PostgreSQL reads a table past its buffers when it is larger than a quarter of them, so these hold four times the tables
 * that are compared. The rest keeps checkpoints of a load out of the measurements.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  shared_buffers: `${Math.floor(Math.min(2048, totalmem() / MIB / 8))}MB`,
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
};

/** The bench's own server. Its data stay in `directory`; nobody else uses it, which a lock makes sure of. */
export async function startBenchServer(directory: string): Promise<BenchServer> {
  const home = await openHome(directory).catch((error: unknown) => {
    if (codeOf(error) !== 'home_in_use') throw error;
    const message = `Another run of the bench uses ${directory}. Wait for it, or name another folder with --cache.`;
    throw new AppError('bench_in_use', message, { cause: error });
  });
  const start = () => startPostgres({ directory: join(home.path, 'postgres'), fallbackDirectory: FALLBACK });
  let server = await start();
  try {
    if (await configure(server.url)) {
      await server.stop();
      server = await start();
    }
    const postmasterPid = await postmasterOf(server.url);
    const stop = async () => {
      await server.stop();
      await home.release();
    };
    return { url: server.url, version: server.version, postmasterPid, stop };
  } catch (error) {
    await server.stop();
    await home.release();
    throw error;
  }
}

/** True when the server has to be started again for it. */
async function configure(url: string): Promise<boolean> {
  return withClient(url, async (client) => {
    const current = await client.query<{ name: string; value: string }>(
      `select name, current_setting(name) as value from pg_settings where name = any($1)`,
      [Object.keys(SETTINGS)],
    );
    const same = current.rows.every(({ name, value }) => sameSize(value, SETTINGS[name] ?? ''));
    if (same) return false;
    for (const [name, value] of Object.entries(SETTINGS))
      await client.query(`alter system set ${name} = '${value}'`);
    return true;
  });
}

/** PostgreSQL says `2GB` where `2048MB` was set. */
function sameSize(one: string, other: string): boolean {
  const megabytes = (text: string) => text.replace(/^(\d+)GB$/, (_, count) => `${Number(count) * 1024}MB`);
  return megabytes(one) === megabytes(other);
}

async function postmasterOf(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ pid: number }>(
      `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid`,
    );
    const pid = rows[0]?.pid;
    if (pid === undefined) throw new Error('the server does not say its process id');
    return pid;
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
