import type { Fault } from '../../support/http-fault-proxy.ts';
import type { FaultCase } from '../suite/fault-case.ts';
import { meetAll, meetFirst, storageAnswer, uploadsPart } from '../suite/storage-requests.ts';
import type { StorageRequest } from '../suite/storage-requests.ts';

const KINDS: readonly Fault[] = [
  storageAnswer(500, 'InternalError'),
  storageAnswer(503, 'SlowDown'),
  'reset',
];
/** Three parts. */
const ROWS = 120_000;
const PARTS = 3;

export const partFails: FaultCase = {
  number: 25,
  name: '500, 503, reset on part N, once and always',
  queues: 'both',
  runs: { normal: 12, full: 60 },
  async run(trial) {
    const kind = KINDS[trial.variant(KINDS.length)] ?? 'reset';
    const always = trial.variant(2) === 1;
    const part = trial.random.integer(1, PARTS);
    const matches = (request: StorageRequest) =>
      uploadsPart(request) && Number(request.url.searchParams.get('partNumber')) === part;
    await trial.worker({ S3_MAX_ATTEMPTS: '2', EXPORT_MAX_ATTEMPTS: '2' });
    if (!always) {
      const met = meetFirst(trial.storage, matches, kind);
      await trial.askForRows(ROWS);
      await met;
      trial.injected();
      return;
    }
    meetAll(trial.storage, matches, kind);
    trial.injected();
    const request = { dataset: 'rows', params: { count: ROWS } };
    await trial.ask(request, { status: 'failed', codes: ['storage_failed'] });
  },
};
