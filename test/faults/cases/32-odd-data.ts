import { referenceOf } from '../../support/rows.ts';
import { makeOddities, oddPieces, oddRows } from '../suite/oddities.ts';
import type { FaultCase } from '../suite/fault-case.ts';

const ENCODERS = ['auto', 'rows'] as const;

export const oddData: FaultCase = {
  number: 32,
  name: 'everything that ever broke a CSV file',
  queues: 'both',
  runs: { normal: 2, full: 4 },
  async run(trial) {
    await makeOddities(trial.site.pool);
    await trial.worker({ EXPORT_ENCODER: ENCODERS[trial.variant(2)] ?? 'auto' });
    for (const rows of oddRows) {
      const file = await referenceOf(oddPieces(rows));
      await trial.ask({ dataset: 'oddities', params: { rows } }, { status: 'completed', file });
    }
  },
};
