import type { FaultCase } from '../suite/fault-case.ts';

/** Rows of the exports that run when the worker dies: from one part of an upload to several. */
const SIZES = [1000, 20_000, 70_000, 120_000, 20_000];
const BYTES_PER_ROW = 100;

export const killWorker: FaultCase = {
  number: 1,
  name: 'kill -9 of the worker at a random byte',
  queues: 'both',
  runs: { normal: 20, full: 200 },
  async run(trial) {
    const worker = await trial.worker();
    await Promise.all(SIZES.map((count) => trial.askForRows(count)));
    const rows = SIZES.reduce((sum, count) => sum + count);
    await trial.source.afterBytes(trial.random.integer(1, 0.9 * rows * BYTES_PER_ROW));
    await worker.end('SIGKILL');
    trial.injected();
    await trial.worker();
  },
};
