import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedisServer } from '../support/redis-server.ts';
import { Lab } from './lab/lab.ts';
import { newSeed } from './options.ts';
import { loadCases } from './suite/load-cases.ts';
import { planFaults } from './suite/plan.ts';
import { runTrial } from './suite/run-trial.ts';

const TIMEOUT_MS = 360_000;
const scale = 'quick';
const seed = Number(process.env['TEST_SEED'] ?? newSeed());

const { planned, missing } = planFaults(await loadCases(), { scale, seed, hasRedis: hasRedisServer() });

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});
afterAll(() => lab.close());

// They wait more than they work, and each has an installation of its own.
describe.concurrent(`faults (repeat by: npm run test:faults -- --quick --seed ${seed})`, () => {
  for (const { fault, backend, first: index } of planned) {
    it(`${fault.number}: ${fault.name}, queue in ${backend}`, { timeout: TIMEOUT_MS }, async () => {
      const { verdict } = await runTrial(lab, { fault, backend, index, scale, seed });
      const { recoverySeconds: _, ...found } = verdict;
      expect(found).toEqual({ lost: 0, duplicated: 0, corrupt: 0, orphans: 0, problems: [] });
    });
  }
  for (const lane of missing) it.skip(`${lane} (SKIPPED: no redis-server on PATH)`);
});
