import { askInTime, expectNoHalves } from '../suite/ask-in-time.ts';
import type { FaultCase } from '../suite/fault-case.ts';

export const redisAway: FaultCase = {
  number: 13,
  name: 'Redis down, and hanging, at POST',
  queues: 'redis',
  runs: { normal: 6, full: 20 },
  async site(own) {
    const redis = await own.redis({ appendOnly: true });
    const line = await own.proxy(redis.url);
    return { redis, line, redisUrl: line.url };
  },
  async run(trial) {
    await trial.worker();
    const hangs = trial.variant(2) === 1;
    if (hangs) trial.line.blackHole();
    else await trial.redis.kill();
    await askInTime(trial, 3);
    if (hangs) trial.line.recover();
    else await trial.redis.start();
    trial.injected();
    await expectNoHalves(trial);
  },
};
