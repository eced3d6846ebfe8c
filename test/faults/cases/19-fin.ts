import type { FaultCase } from '../suite/fault-case.ts';

const ROWS = 60_000;
const BYTES_PER_ROW = 110;

export const fin: FaultCase = {
  number: 19,
  name: 'FIN from PostgreSQL at a random byte',
  queues: 'both',
  runs: { normal: 20, full: 100 },
  async run(trial) {
    await trial.worker();
    const finished = trial.source.finishAfter(trial.random.integer(1, ROWS * BYTES_PER_ROW));
    const id = await trial.askForRows(ROWS);
    await finished;
    trial.injected();
    await trial.ended();
    const { attempt } = await trial.row(id);
    trial.promise(attempt > 1, 'the attempt whose connection ended early was completed');
  },
};
