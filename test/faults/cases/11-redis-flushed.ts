import { redisCommand } from '../lab/redis-command.ts';
import type { FaultCase } from '../suite/fault-case.ts';

const QUEUED = { quick: 30, normal: 100, full: 100 };

export const redisFlushed: FaultCase = {
  number: 11,
  name: 'FLUSHALL with exports queued',
  queues: 'redis',
  runs: { normal: 2, full: 10 },
  endWithinSeconds: 120,
  site: async (own) => ({ redis: await own.redis() }),
  async run(trial) {
    for (let asked = 0; asked < QUEUED[trial.scale]; asked++) await trial.askForRows(1000);
    await redisCommand(trial.redis.url, 'FLUSHALL');
    trial.injected();
    await trial.worker();
  },
};
