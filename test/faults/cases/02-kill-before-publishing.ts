import type { FaultCase } from '../suite/fault-case.ts';
import { completesUpload, looksAtObject, meetFirst } from '../suite/storage-requests.ts';

/** Moments between the last byte and the row that makes it count. */
const MOMENTS = ['complete-asked', 'complete-answered', 'head-answered'] as const;
/** Two parts. */
const ROWS = 60_000;

export const killBeforePublishing: FaultCase = {
  number: 2,
  name: 'kill -9 between Complete and publishing',
  queues: 'both',
  runs: { normal: 9, full: 60 },
  async run(trial) {
    const moment = MOMENTS[trial.variant(MOMENTS.length)];
    const worker = await trial.worker();
    const kill = async () => {
      await worker.end('SIGKILL');
      trial.injected();
    };
    const matches = moment === 'head-answered' ? looksAtObject : completesUpload;
    const met = meetFirst(
      trial.storage,
      matches,
      moment === 'complete-asked' ? 'reset' : { beforeAnswer: kill },
    );
    await trial.askForRows(ROWS);
    await met;
    await kill();
    await trial.worker();
  },
};
