import { redisCommand } from '../lab/redis-command.ts';
import { askInTime, expectNoHalves } from '../suite/ask-in-time.ts';
import type { FaultCase } from '../suite/fault-case.ts';

export const redisFull: FaultCase = {
  number: 12,
  name: 'Redis full (maxmemory 1mb, noeviction)',
  queues: 'redis',
  runs: { normal: 3, full: 10 },
  site: async (own) => ({ redis: await own.redis() }),
  async run(trial) {
    await trial.worker();
    await redisCommand(trial.redis.url, 'CONFIG', 'SET', 'maxmemory', '1mb');
    await askInTime(trial, 5);
    await redisCommand(trial.redis.url, 'CONFIG', 'SET', 'maxmemory', '0');
    trial.injected();
    await expectNoHalves(trial);
  },
};
