import type { FaultCase } from '../suite/fault-case.ts';

const WAITING = 20;
/** Two seconds each. */
const RUNNING_ROWS = 20_000;
const NAP_MS = 100;

export const redisKilled: FaultCase = {
  number: 10,
  name: 'Redis kill -9, with and without its log',
  queues: 'redis',
  runs: { normal: 6, full: 20 },
  endWithinSeconds: 90,
  site: async (own, { index }) => ({ redis: await own.redis({ appendOnly: index % 2 === 0 }) }),
  async run(trial) {
    await trial.worker();
    await Promise.all([1, 2, 3, 4].map(() => trial.askForRows(RUNNING_ROWS, { napMs: NAP_MS })));
    await Promise.all(Array.from({ length: WAITING }, () => trial.askForRows(1000)));
    await trial.source.afterBytes(trial.random.integer(50_000, 4_000_000));
    await trial.redis.kill();
    trial.injected();
    await trial.redis.start();
  },
};
