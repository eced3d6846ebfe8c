import { setTimeout as delay } from 'node:timers/promises';
import type { ExportRecords, NewExport } from '../db/export-records.ts';
import type { Asker, Dataset } from '../export/dataset.ts';

export interface LaneOptions {
  records: Pick<ExportRecords, 'lastRows'>;
  /** The planner's guess at the rows of an export. */
  estimateRows: (dataset: Dataset, asker: Asker, params: Record<string, unknown>) => Promise<number>;
  /** What is expected to have more is not for the fast lane; 0: nothing is. */
  maxRows: number;
  timeoutMs: number;
}

/**
 * Decides whether an export is expected to be small: by what the same subject got last for the same, else by the planner.
 * Where neither answers in time, or something is wrong, it is not. A wrong guess costs little: the worker notices.
 */
export async function chooseLane(
  { records, estimateRows, maxRows, timeoutMs }: LaneOptions,
  dataset: Dataset,
  asked: NewExport & { params: Record<string, unknown> },
): Promise<'fast' | 'normal'> {
  if (maxRows === 0) return 'normal';
  const { tenant, subject, role, params } = asked;
  const asker = { tenant, subject, role };
  const guess = async () => (await records.lastRows(asked)) ?? (await estimateRows(dataset, asker, params));
  const rows = await Promise.race([
    guess().catch(() => Infinity),
    delay(timeoutMs, Infinity, { ref: false }),
  ]);
  return rows <= maxRows ? 'fast' : 'normal';
}
