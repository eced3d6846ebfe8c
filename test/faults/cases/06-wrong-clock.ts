import type { FaultCase } from '../suite/fault-case.ts';

const AHEAD = {
  NODE_OPTIONS: `--import ${new URL('../lab/shift-clock.mjs', import.meta.url).href}`,
  FAULT_CLOCK_AHEAD_MS: '60000',
};
/** Longer than a lock of 5 s. */
const ROWS = 70_000;
const NAP_MS = 100;

export const wrongClock: FaultCase = {
  number: 6,
  name: 'one worker’s clock 60 s ahead',
  queues: 'both',
  runs: { quick: 2, normal: 4, full: 20 },
  async run(trial) {
    const [first, second] = trial.index % 2 === 0 ? [{}, AHEAD] : [AHEAD, {}];
    await trial.worker({ ...first, WORKER_CONCURRENCY: '2' });
    const flowing = trial.source.afterBytes(200_000);
    await Promise.all([1, 2].map(() => trial.askForRows(ROWS, { napMs: NAP_MS })));
    await flowing;
    await trial.worker({ ...second, WORKER_CONCURRENCY: '2' });
    trial.injected();
  },
};
