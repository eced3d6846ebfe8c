import { pino } from 'pino';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { createPool } from '../../src/db/pool.ts';
import { ExportQueue } from '../../src/queue/export-queue.ts';
import type { ExportLane } from '../../src/queue/export-queue.ts';
import type { Measurement, Scenario } from '../scenario.ts';
import { Completions } from '../service/completions.ts';
import { requestDiary } from '../service/diary-service.ts';
import { HttpClient } from '../service/http-client.ts';
import { openInstallation, startApi, startWorker } from '../service/installation.ts';
import type { Installation } from '../service/installation.ts';
import { openLoop } from '../service/open-loop.ts';
import { latenciesOf, median } from '../service/percentiles.ts';

const ROWS = 1000;
/** What one tenant asks for at once. */
const MANY = 1000;
/** The other tenant is no burden: so many a second, for so long. */
const PER_SECOND = 3;
const SECONDS = 20;
/** Exports that a worker has done before anything is measured: a process that has just started is slow for everybody. */
const WARM_UP = 50;
/** Too many rows for the fast lane, and fewer exports: they are not done before the other tenant has asked for all. */
const BIG = { ROWS: 40_000, MANY: 120 };
const small = { diaries: { users: { from: 1, to: MANY }, entries: ROWS }, settings: {} };
const BESIDE = [
  { name: 'fast lane', ...small },
  { name: 'normal lane', ...small, settings: { FAST_LANE_MAX_ROWS: '0' } },
  {
    name: `${BIG.MANY} of ${BIG.ROWS} rows`,
    diaries: { users: { from: MANY + 1, to: MANY + BIG.MANY }, entries: BIG.ROWS },
    settings: {},
  },
];

/** What 1,000 exports of one tenant do to another's. */
export const fairShare: Scenario = {
  name: 'fair-share',
  title: `Exports of ${ROWS} rows by one tenant, alone and beside those that wait of another, one worker process`,
  async run(context) {
    const { postgresUrl, redisUrl, rounds } = context;
    const measurements: Measurement[] = [];
    const ratios: number[] = [];
    const remarks = redisUrl === undefined ? ['No Redis: the queue in PostgreSQL was measured.'] : [];
    for (const { name, diaries, settings } of BESIDE) {
      const installation = await openInstallation({
        ...{ postgresUrl, redisUrl },
        diaries: diaries === small.diaries ? [diaries] : [small.diaries, diaries],
        filesInMemory: true,
      });
      const stops = [() => installation.close()];
      try {
        const env = { ...installation.env, ...settings };
        const api = await startApi({ env });
        stops.push(() => api.stop());
        const completions = await Completions.open(installation.databaseUrl);
        stops.push(() => completions.close());
        const [loud, quiet] = await clientsOf(api.url, installation.databaseUrl);
        stops.push(() => {
          for (const client of [loud, quiet]) client.close();
          return Promise.resolve();
        });
        for (let round = 1; round <= rounds; round++) {
          const quietly = async () => {
            const samples = await openLoop({
              perSecond: PER_SECOND,
              seconds: SECONDS,
              send: async (index) =>
                completions.of(await requestDiary(quiet, { userId: String(1 + (index % MANY)) })),
            });
            const waits = await waitsOf(installation.databaseUrl, samples.length);
            return { ...latenciesOf(samples), p95Waiting: latenciesOf(waits).p95 };
          };
          const alone = await withWorker(env, async () => {
            for (let user = 1; user <= WARM_UP; user++)
              await completions.of(await requestDiary(quiet, { userId: String(user) }));
            return quietly();
          });
          const { from, to } = diaries.users;
          const waiting: string[] = [];
          for (let user = from; user <= to; user++)
            waiting.push(await requestDiary(loud, { userId: String(user) }));
          const beside = await withWorker(env, async () => {
            // With big ones it would take all there is.
            const before = waiting.slice(0, diaries === small.diaries ? WARM_UP : WARM_UP / 5);
            for (const id of before) await completions.of(id);
            return quietly();
          });
          const figures = {
            p50AloneMs: alone.p50,
            p95AloneMs: alone.p95,
            p50BesideMs: beside.p50,
            p95BesideMs: beside.p95,
            p95WaitingAloneMs: alone.p95Waiting,
            p95WaitingBesideMs: beside.p95Waiting,
            ratio: beside.p95 / alone.p95,
            othersDone: to - from + 1 - (await waitingIn(installation.databaseUrl)),
          };
          context.note(`${name}, round ${round}: ${JSON.stringify(figures)}`);
          measurements.push({ name: `${name}, round ${round}`, figures });
          if (name === 'fast lane') ratios.push(figures.ratio);
          await drain(installation);
        }
      } finally {
        for (const stop of stops.reverse()) await stop();
      }
    }
    return { measurements, ratios: { fairShareP95: median(ratios) }, remarks };
  },
};

async function withWorker<T>(env: Installation['env'], measure: () => Promise<T>): Promise<T> {
  const worker = await startWorker({ env });
  return measure().finally(() => worker.stop());
}

const silent = pino({ level: 'silent' });

/** A tenant with a thousand exports, and one with a few. */
async function clientsOf(url: string, connectionString: string): Promise<[HttpClient, HttpClient]> {
  const pool = createPool({ connectionString, max: 1, logger: silent });
  try {
    const clientOf = async (tenant: string) => {
      const { key } = await new ApiKeys(pool).create({ tenant, role: 'admin', subject: 'bench' });
      return new HttpClient(url, [key]);
    };
    return [await clientOf('loud'), await clientOf('quiet')];
  } finally {
    await pool.end();
  }
}

/** How long the latest exports of the quiet tenant waited for a worker. The rest of what they took is work. */
async function waitsOf(connectionString: string, count: number): Promise<number[]> {
  const pool = createPool({ connectionString, max: 1, logger: silent });
  try {
    const { rows } = await pool.query<{ wait: number }>(
      `select (1000 * extract(epoch from started_at - created_at))::float8 as wait from rowferry.exports
        where tenant = 'quiet' order by created_at desc limit $1`,
      [count],
    );
    return rows.map(({ wait }) => wait);
  } finally {
    await pool.end();
  }
}

async function waitingIn(connectionString: string): Promise<number> {
  const pool = createPool({ connectionString, max: 1, logger: silent });
  try {
    const { rows } = await pool.query<{ waiting: number }>(
      "select count(*)::int as waiting from rowferry.exports where status = 'queued'",
    );
    return rows[0]?.waiting ?? NaN;
  } finally {
    await pool.end();
  }
}

/** What still waits is no part of the next round: neither in the database nor in the queue. */
async function drain({ databaseUrl, queue: backend }: Installation): Promise<void> {
  const pool = createPool({ connectionString: databaseUrl, max: 1, logger: silent });
  const queue = new ExportQueue({ backend, timeoutMs: 5000, logger: silent });
  try {
    const { rows } = await pool.query<{ id: string; lane: ExportLane }>(
      `update rowferry.exports set status = 'cancelled' where status in ('queued', 'running') returning id, lane`,
    );
    for (const row of rows) await queue.remove(row);
  } finally {
    await queue.close();
    await pool.end();
  }
}
