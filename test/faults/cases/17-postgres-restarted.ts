import type { FaultCase } from '../suite/fault-case.ts';
import { until } from '../suite/until.ts';

const ROWS = 30_000;
const NAP_MS = 50;

export const postgresRestarted: FaultCase = {
  number: 17,
  name: 'PostgreSQL restarted at once, in mid-stream',
  queues: 'both',
  runs: { normal: 4, full: 20 },
  endWithinSeconds: 90,
  site: async (own) => ({ postgres: await own.postgres() }),
  async run(trial) {
    const worker = await trial.worker();
    await Promise.all([1, 2, 3].map(() => trial.askForRows(ROWS, { napMs: NAP_MS })));
    await trial.source.afterBytes(trial.random.integer(50_000, 4_000_000));
    await trial.postgres.restartImmediately();
    trial.injected();
    const alive = async () => (await trial.site.client.call('/livez')).status === 200;
    await until('the API answers', alive, 5);
    trial.promise(worker.child.exitCode === null, 'the worker died with its database');
  },
};
