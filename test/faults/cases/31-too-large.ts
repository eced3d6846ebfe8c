import type { FaultCase } from '../suite/fault-case.ts';
import { completesUpload } from '../suite/storage-requests.ts';

const ROWS = 120_000;

export const tooLarge: FaultCase = {
  number: 31,
  name: 'more bytes or rows than allowed',
  queues: 'both',
  runs: { normal: 4, full: 10 },
  async run(trial) {
    const [settings, code] =
      trial.variant(2) === 0
        ? ([{ EXPORT_MAX_BYTES: '8000000' }, 'file_too_large'] as const)
        : ([{ EXPORT_MAX_ROWS: String(ROWS - 1) }, 'too_many_rows'] as const);
    let completed = 0;
    trial.storage.fault = (request) => {
      if (completesUpload(request)) completed++;
      return 'pass';
    };
    await trial.worker(settings);
    trial.injected();
    await trial.ask({ dataset: 'rows', params: { count: ROWS } }, { status: 'failed', codes: [code] });
    await trial.ended();
    trial.promise(completed === 0, 'an upload that was too large was completed');
  },
};
