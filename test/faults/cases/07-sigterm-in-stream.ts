import type { FaultCase } from '../suite/fault-case.ts';

const GRACE_SECONDS = 1;
/** For putting exports back and closing connections. */
const MARGIN_SECONDS = 2;
const ROWS = 60_000;
const NAP_MS = 100;

export const sigtermInStream: FaultCase = {
  number: 7,
  name: 'SIGTERM in mid-export, short grace',
  queues: 'both',
  runs: { normal: 5, full: 30 },
  async run(trial) {
    const worker = await trial.worker({ SHUTDOWN_GRACE_SECONDS: String(GRACE_SECONDS) });
    const flowing = trial.source.afterBytes(trial.random.integer(50_000, 2_000_000));
    const id = await trial.askForRows(ROWS, { napMs: NAP_MS });
    await flowing;
    const askedAt = performance.now();
    trial.injected();
    const code = await worker.end('SIGTERM');
    const seconds = (performance.now() - askedAt) / 1000;
    trial.promise(code === 0, `the worker ended with ${code}`);
    trial.promise(
      seconds <= GRACE_SECONDS + MARGIN_SECONDS,
      `a worker with ${GRACE_SECONDS} s of grace took ${seconds.toFixed(1)} s`,
    );
    const { status, attempt, released } = await trial.row(id);
    trial.promise(status === 'queued', `the export is ${status} when its worker has gone`);
    trial.promise(attempt === released, `${attempt} attempts were begun, and ${released} handed back`);
    await trial.worker();
  },
};
