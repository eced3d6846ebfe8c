import type { Fault } from '../../support/http-fault-proxy.ts';
import type { Service } from '../lab/service.ts';
import type { FaultCase } from '../suite/fault-case.ts';
import { looksAtObject, meetFirst, putsObject } from '../suite/storage-requests.ts';
import { rowsExpected } from '../suite/trial.ts';
import type { Trial } from '../suite/trial.ts';
import { until } from '../suite/until.ts';

/** Twice a lock of 5 s, and beyond the lease of 10 s, so that another worker takes over. */
const STALL_MS = 15_000;
const ROWS = 60_000;
const SMALL_ROWS = 1000;
const TAKEN_OVER = /its files are dropped|export attempt ended without a file/;

export const stalledWorker: FaultCase = {
  number: 4,
  name: 'a worker stands still for twice its lock',
  queues: 'both',
  runs: { normal: 8, full: 40 },
  async run(trial) {
    const stall = VARIANTS[trial.variant(VARIANTS.length)] ?? stalledLoop;
    const { id, wake, sleeper } = await stall(trial);
    trial.injected();
    await trial.worker();
    await until('another worker publishes', async () => (await trial.row(id)).status === 'completed', 60);
    wake();
    await until('the sleeper finds out', () => Promise.resolve(TAKEN_OVER.test(sleeper.output())));
    const { attempt } = await trial.row(id);
    trial.promise(attempt === 2, `it took ${attempt} attempts`);
  },
};

const VARIANTS = [stoppedBeforePublishing, stoppedInPut, stalledLoop, stoppedInStream];

interface Stalled {
  id: string;
  sleeper: Service;
  wake: () => void;
}

/** JavaScript that does not give its thread back: no beat, no renewal of the lock. It wakes by itself. */
async function stalledLoop(trial: Trial): Promise<Stalled> {
  const sleeper = await trial.worker({ FAULT_STALL_MS: String(STALL_MS) });
  const id = await trial.ask({ dataset: 'stalling', params: { count: ROWS } }, await rowsExpected(ROWS));
  await trial.running(id);
  return { id, sleeper, wake: () => undefined };
}

async function stoppedInStream(trial: Trial): Promise<Stalled> {
  const sleeper = await trial.worker();
  const flowing = trial.source.afterBytes(1_000_000);
  const id = await trial.askForRows(ROWS, { napMs: 20 });
  await flowing;
  sleeper.signal('SIGSTOP');
  return { id, sleeper, wake: () => sleeper.signal('SIGCONT') };
}

/** Only the row is still to be written. */
async function stoppedBeforePublishing(trial: Trial): Promise<Stalled> {
  const sleeper = await trial.worker();
  const stop = () => sleeper.signal('SIGSTOP');
  const met = meetFirst(trial.storage, looksAtObject, { beforeAnswer: stop });
  const id = await trial.askForRows(ROWS);
  await met;
  return { id, sleeper, wake: () => sleeper.signal('SIGCONT') };
}

/** Its file arrives when the other one is there: after everybody has looked for what is left. */
async function stoppedInPut(trial: Trial): Promise<Stalled> {
  const sleeper = await trial.worker();
  let deliver: (fault: Fault) => void = () => undefined;
  const met = meetFirst(trial.storage, putsObject, new Promise((resolve) => (deliver = resolve)));
  const id = await trial.askForRows(SMALL_ROWS);
  await met;
  sleeper.signal('SIGSTOP');
  const wake = () => {
    deliver({ beforeAnswer: () => sleeper.signal('SIGCONT') });
  };
  return { id, sleeper, wake };
}
