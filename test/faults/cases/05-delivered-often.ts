import { exportJobs } from '../../../src/queue/export-queue.ts';
import { openQueueBackend } from '../../../src/queue/queue-backend.ts';
import type { FaultCase } from '../suite/fault-case.ts';
import type { Trial } from '../suite/trial.ts';

const COPIES = 50;
const ROWS = 60_000;

export const deliveredOften: FaultCase = {
  number: 5,
  name: 'the same job delivered 50 times',
  queues: 'both',
  runs: { normal: 5, full: 20 },
  async run(trial) {
    const id = await trial.askForRows(ROWS);
    await addCopies(trial, id);
    const workers = ['10', '10'].map((concurrency) => trial.worker({ WORKER_CONCURRENCY: concurrency }));
    trial.injected();
    await Promise.all(workers);
  },
};

/** Jobs of other names for one export, which the queue itself does not tell apart. */
async function addCopies({ site }: Trial, exportId: string): Promise<void> {
  const backend = openQueueBackend(site.queue);
  const queue = backend.createQueue(exportJobs.normal.queue, {
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  try {
    for (let copy = 1; copy <= COPIES; copy++) {
      await queue.add('export', { exportId }, { jobId: `copy-${copy}-${exportId}` });
    }
  } finally {
    await queue.close();
    await backend.disconnect();
  }
}
