import type { FaultCase } from '../suite/fault-case.ts';
import { completesUpload, meetAll, meetFirst, storageAnswer } from '../suite/storage-requests.ts';
import type { Trial } from '../suite/trial.ts';

const ROWS = 60_000;
/** S3 sends the status before it knows the outcome. */
const ERROR_IN_BODY = storageAnswer(200, 'InternalError');

export const completeUnclear: FaultCase = {
  number: 27,
  name: 'Complete: 200 with an error, answer lost',
  queues: 'both',
  runs: { normal: 6, full: 30 },
  async run(trial) {
    await trial.worker({ S3_MAX_ATTEMPTS: '2', EXPORT_MAX_ATTEMPTS: '2' });
    const variant = [errorOnce, answerLost, errorAlways][trial.variant(3)] ?? errorOnce;
    await variant(trial);
  },
};

async function errorOnce(trial: Trial): Promise<void> {
  const met = meetFirst(trial.storage, completesUpload, ERROR_IN_BODY);
  await trial.askForRows(ROWS);
  await met;
  trial.injected();
}

/** The object is there; a look at it must be enough. */
async function answerLost(trial: Trial): Promise<void> {
  const met = meetFirst(trial.storage, completesUpload, 'lose-answer');
  const id = await trial.askForRows(ROWS);
  await met;
  trial.injected();
  await trial.ended();
  const { attempt } = await trial.row(id);
  trial.promise(attempt === 1, `a file that was stored was made again: ${attempt} attempts`);
}

async function errorAlways(trial: Trial): Promise<void> {
  meetAll(trial.storage, completesUpload, ERROR_IN_BODY);
  trial.injected();
  const request = { dataset: 'rows', params: { count: ROWS } };
  await trial.ask(request, { status: 'failed', codes: ['storage_failed'] });
}
