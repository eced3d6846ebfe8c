import type { FaultCase } from '../suite/fault-case.ts';
import { completesUpload, meetFirst } from '../suite/storage-requests.ts';

const ROWS = 60_000;

export const sigtermAtComplete: FaultCase = {
  number: 8,
  name: 'SIGTERM during Complete',
  queues: 'both',
  runs: { normal: 6, full: 30 },
  async run(trial) {
    const worker = await trial.worker({ SHUTDOWN_GRACE_SECONDS: '1' });
    const answerComes = trial.variant(2) === 0;
    const stop = async () => {
      worker.signal('SIGTERM');
      trial.injected();
      if (!answerComes) await worker.ended;
    };
    const met = meetFirst(trial.storage, completesUpload, { beforeAnswer: stop });
    await trial.askForRows(ROWS);
    await met;
    await worker.ended;
    await trial.worker();
  },
};
