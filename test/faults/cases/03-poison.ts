import type { FaultCase } from '../suite/fault-case.ts';
import { until } from '../suite/until.ts';

const MAX_ATTEMPTS = 2;
const ROWS = 2000;

export const poison: FaultCase = {
  number: 3,
  name: 'an export that kills its worker each time',
  queues: 'both',
  runs: { normal: 2, full: 5 },
  async run(trial) {
    const settings = { EXPORT_MAX_ATTEMPTS: String(MAX_ATTEMPTS) };
    let deaths = 0;
    let worker = await trial.worker(settings);
    trial.injected();
    const id = await trial.ask(
      { dataset: 'deadly', params: { count: ROWS, fatalRow: trial.random.integer(1, ROWS) } },
      { status: 'failed', codes: ['attempts_exhausted'] },
    );
    const over = until('the poison fails', async () => (await trial.row(id)).status === 'failed', 90);
    // What an orchestrator does.
    for (;;) {
      const died = await Promise.race([worker.ended.then(() => true), over.then(() => false)]);
      if (!died) break;
      deaths++;
      worker = await trial.worker(settings);
      if (deaths === 1) await trial.askForRows(ROWS);
    }
    trial.promise(
      deaths === MAX_ATTEMPTS,
      `${deaths} workers died of an export with ${MAX_ATTEMPTS} attempts`,
    );
  },
};
