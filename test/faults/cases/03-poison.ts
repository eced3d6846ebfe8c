import type { FaultCase } from '../suite/fault-case.ts';
import { until } from '../suite/until.ts';

/** The default; where there is no time, as few as leave one to be run alone after two deaths. */
const MAX_ATTEMPTS = { full: 5, normal: 5, quick: 3 };
const ROWS = 2000;
/** Fifteen seconds, longer than a lease: so each death meets it, unless it is kept apart from the poison. */
const NEIGHBOUR = { count: 25_000, napMs: 600 };

export const poison: FaultCase = {
  number: 3,
  name: 'an export that kills its worker each time',
  queues: 'both',
  runs: { normal: 2, full: 5 },
  async run(trial) {
    const maxAttempts = MAX_ATTEMPTS[trial.scale];
    // It stays where it is, however long it takes.
    const settings = { EXPORT_MAX_ATTEMPTS: String(maxAttempts), FAST_LANE_MAX_SECONDS: '60' };
    let deaths = 0;
    let worker = await trial.worker(settings);
    const { count, ...slowly } = NEIGHBOUR;
    await trial.running(await trial.askForRows(count, slowly));
    trial.injected();
    const id = await trial.ask(
      { dataset: 'deadly', params: { count: ROWS, fatalRow: trial.random.integer(1, ROWS) } },
      { status: 'failed', codes: ['attempts_exhausted'] },
    );
    const over = until('the poison fails', async () => (await trial.row(id)).status === 'failed', 150);
    // What an orchestrator does.
    for (;;) {
      const died = await Promise.race([worker.ended.then(() => true), over.then(() => false)]);
      if (!died) break;
      deaths++;
      worker = await trial.worker(settings);
      if (deaths === 1) await trial.askForRows(ROWS);
    }
    trial.promise(deaths === maxAttempts, `${deaths} workers died of an export with ${maxAttempts} attempts`);
  },
};
