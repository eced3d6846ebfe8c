import { Client } from 'pg';
import type { FaultCase } from '../suite/fault-case.ts';
import { rowsExpected } from '../suite/trial.ts';
import type { Trial } from '../suite/trial.ts';

const KILLS = { quick: 3, normal: 20, full: 100 };
const ROWS = 1000;

export const apiKilled: FaultCase = {
  number: 14,
  name: 'API kill -9 between insert and enqueue',
  queues: 'both',
  runs: { normal: 1, full: 1 },
  runWithinSeconds: 900,
  async site(own, { backend }) {
    if (backend === 'postgres') return undefined;
    const line = await own.proxy(own.sharedRedisUrl);
    return { line, redisUrl: line.url };
  },
  async run(trial) {
    for (let kill = 0; kill < KILLS[trial.scale]; kill++) {
      // Every other time nothing holds the enqueueing up, and the kill comes before it, after it, or in it.
      await killBetween(trial, { held: kill % 2 === 0 });
      await trial.site.startApi();
    }
    trial.injected();
    await trial.worker();
  },
};

async function killBetween(trial: Trial, { held }: { held: boolean }): Promise<void> {
  const { site } = trial;
  const listener = new Client({ connectionString: site.databaseUrl });
  await listener.connect();
  try {
    await listener.query('listen fault_requested');
    const inserted = new Promise<string>((resolve) => {
      listener.on('notification', ({ payload = '' }) => {
        site.api.signal('SIGKILL');
        resolve(payload);
      });
    });
    const release = held ? await holdQueue(trial) : () => undefined;
    const answer = site.client.ask({ dataset: 'rows', params: { count: ROWS } }).catch(() => undefined);
    trial.asked.push({ id: await inserted, expected: await rowsExpected(ROWS) });
    await answer;
    await site.api.ended;
    await release();
  } finally {
    await listener.end();
  }
}

/** Whoever adds a job waits from now on. */
async function holdQueue(trial: Trial): Promise<() => unknown> {
  const { site, backend } = trial;
  if (backend === 'redis') {
    trial.line.blackHole();
    return () => trial.line.recover();
  }
  const holder = new Client({ connectionString: site.databaseUrl });
  await holder.connect();
  await holder.query(
    `begin; lock table ${site.env['QUEUE_PREFIX'] ?? ''}_queue.job in access exclusive mode`,
  );
  return () => holder.end();
}
