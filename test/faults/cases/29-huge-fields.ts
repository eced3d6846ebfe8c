import { peakRssMiB } from '../../../bench/pipeline/process/proc.ts';
import { referenceOf } from '../../support/rows.ts';
import type { FaultCase } from '../suite/fault-case.ts';

const MB = 1_000_000;
/** One value is in memory several times over, and no more than that. */
const PEAK_MIB = 1024;

export const hugeFields: FaultCase = {
  number: 29,
  name: 'a field of 100 MB, rows of 20 MB',
  queues: 'both',
  runs: { normal: 2, full: 6 },
  endWithinSeconds: 120,
  async run(trial) {
    const { count, fieldBytes } =
      trial.variant(2) === 0
        ? { count: 1, fieldBytes: 100 * MB }
        : { count: trial.scale === 'quick' ? 10 : 100, fieldBytes: 20 * MB };
    const file = await referenceOf(widePieces(count, fieldBytes));
    const worker = await trial.worker();
    await trial.ask(
      { dataset: 'wide', params: { count, fieldBytes } },
      { status: 'completed', file, orFailed: ['field_too_large', 'row_too_large'] },
    );
    await trial.ended(120);
    trial.promise(worker.child.exitCode === null && worker.child.signalCode === null, 'the worker died');
    const peak = await peakRssMiB(worker.pid);
    if (peak === undefined) return;
    trial.notes.push(`${count} × ${fieldBytes / MB} MB: ${Math.round(peak)} MiB at most`);
    trial.promise(peak <= PEAK_MIB, `the worker took ${Math.round(peak)} MiB`);
  },
};

function* widePieces(count: number, fieldBytes: number): Generator<string> {
  yield 'id,filler\n';
  const filler = 'x'.repeat(fieldBytes);
  for (let id = 1; id <= count; id++) yield `${id},${filler}\n`;
}
