import type { FaultCase } from '../suite/fault-case.ts';
import { until } from '../suite/until.ts';

const STALL_SECONDS = 2;
/** The watch begins anew with the last bytes, so silence is noticed within twice its time. */
const NOTICED_SECONDS = 2 * STALL_SECONDS + 1;
const ROWS = 30_000;
const NAP_MS = 50;

export const blackHole: FaultCase = {
  number: 18,
  name: 'PostgreSQL silent, no reset',
  queues: 'both',
  runs: { normal: 5, full: 30 },
  async run(trial) {
    await trial.worker({ EXPORT_STALL_TIMEOUT_SECONDS: String(STALL_SECONDS) });
    const flowing = trial.source.afterBytes(trial.random.integer(50_000, 2_500_000));
    const id = await trial.askForRows(ROWS, { napMs: NAP_MS });
    await flowing;
    trial.source.blackHole();
    trial.injected();
    const silentAt = performance.now();
    await until('the watchdog fires', async () => {
      const { attempt, status } = await trial.row(id);
      return attempt > 1 || status !== 'running';
    });
    const seconds = (performance.now() - silentAt) / 1000;
    trial.notes.push(`silence was noticed after ${seconds.toFixed(1)} s, with a limit of ${STALL_SECONDS} s`);
    trial.promise(seconds <= NOTICED_SECONDS, `silence was noticed after ${seconds.toFixed(1)} s`);
    trial.source.recover();
  },
};
