import type { FaultCase } from '../suite/fault-case.ts';
import { completesUpload, meetAll } from '../suite/storage-requests.ts';

const AHEAD = {
  NODE_OPTIONS: `--import ${new URL('../lab/shift-clock.mjs', import.meta.url).href}`,
  FAULT_CLOCK_AHEAD_MS: '60000',
};
/** Twelve seconds: two locks of 5 s, and the time in which a worker starts. */
const ROWS = 120_000;
const NAP_MS = 100;

export const wrongClock: FaultCase = {
  number: 6,
  name: 'one worker’s clock 60 s ahead',
  queues: 'both',
  runs: { normal: 4, full: 20 },
  async run(trial) {
    const [first, second] = trial.variant(2) === 0 ? [{}, AHEAD] : [AHEAD, {}];
    let bothRun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (bothRun = resolve));
    await trial.worker({ ...first, WORKER_CONCURRENCY: '2' });
    // However slow the machine is: nothing ends before both workers are there.
    meetAll(trial.storage, completesUpload, { beforeAnswer: () => started });
    const flowing = trial.source.afterBytes(200_000);
    await Promise.all([1, 2].map(() => trial.askForRows(ROWS, { napMs: NAP_MS })));
    await flowing;
    await trial.worker({ ...second, WORKER_CONCURRENCY: '2' });
    trial.injected();
    bothRun();
  },
};
