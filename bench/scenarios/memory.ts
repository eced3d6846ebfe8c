import { loadTable } from '../pipeline/database/load-table.ts';
import { diaryTable } from '../pipeline/database/tables.ts';
import { measureWorkerMemory } from '../pipeline/worker-memory.ts';
import type { WorkerMemory } from '../pipeline/worker-memory.ts';
import type { Measurement, Scenario } from '../scenario.ts';

const BYTES_PER_SECOND = 5_000_000;
const TIMES = 10;

/** Whether memory grows with rows, where the storage is slow and everything waits for it. */
export const memory: Scenario = {
  name: 'memory',
  title: 'Memory of a worker, storage at 5 MB/s',
  run: async (context) => {
    const measurements: Measurement[] = [];
    const measure = async (rows: number): Promise<WorkerMemory> => {
      await loadTable(context, diaryTable(rows));
      context.note(`exporting ${rows} rows at ${BYTES_PER_SECOND / 1e6} MB/s …`);
      const measured = await measureWorkerMemory(context, { rows, bytesPerSecond: BYTES_PER_SECOND });
      measurements.push({ name: `${rows.toLocaleString('en-US')} rows`, figures: { ...measured } });
      return measured;
    };
    const few = await measure(context.rows);
    const many = await measure(context.rows * TIMES);
    return {
      measurements,
      ratios: {
        peakRssMiB: many.peakRssMiB,
        rssGrowth1Mto10M: many.peakRssMiB / few.peakRssMiB - 1,
      },
      remarks: [
        'One round, a fresh `rowferry worker` for each size, compiled as in production.',
        ...(context.rows === 1_000_000
          ? []
          : [
              `Growth is from ${context.rows} to ${context.rows * TIMES} rows: the target is for 1 to 10 million.`,
            ]),
      ],
    };
  },
};
