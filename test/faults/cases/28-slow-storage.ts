import { peakRssMiB, rssMiB } from '../../../bench/pipeline/process/proc.ts';
import type { FaultCase } from '../suite/fault-case.ts';
import type { Scale } from '../suite/scale.ts';

const MB = 1_000_000;
const GROWTH_MIB = 256;
/** Rows of about 114 bytes, the speed of the storage, and when that is over: memory shows within seconds what it does. */
const SIZES: Readonly<Record<Scale, { rows: number; bytesPerSecond: number; slowBytes: number }>> = {
  quick: { rows: 350_000, bytesPerSecond: 4 * MB, slowBytes: 20 * MB },
  normal: { rows: 4_000_000, bytesPerSecond: MB, slowBytes: 60 * MB },
  full: { rows: 45_000_000, bytesPerSecond: MB, slowBytes: 300 * MB },
};

export const slowStorage: FaultCase = {
  number: 28,
  name: 'slow storage, large export (full: 5 GB)',
  queues: 'both',
  runs: { normal: 1, full: 1 },
  runWithinSeconds: 3600,
  async run(trial) {
    const { rows, bytesPerSecond, slowBytes } = SIZES[trial.scale];
    const line = await trial.own.throttle(trial.storage.url, bytesPerSecond);
    const worker = await trial.worker({ S3_ENDPOINT: line.url });
    const before = await rssMiB(worker.pid);
    await trial.askForRows(rows);
    await trial.source.afterBytes(slowBytes);
    line.bytesPerSecond = Infinity;
    await trial.ended(3000);
    const peak = await peakRssMiB(worker.pid);
    // Where there is no /proc there is nothing to look at.
    if (before === undefined || peak === undefined) return;
    const growth = Math.round(peak - before);
    trial.notes.push(`memory grew by ${growth} MiB, from ${Math.round(before)}`);
    trial.promise(growth <= GROWTH_MIB, `memory grew by ${growth} MiB`);
  },
};
