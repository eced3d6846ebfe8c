import type { ExportRecord } from '../db/export-record.ts';
import { AppError } from '../errors.ts';
import type { Dataset } from '../export/dataset.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';

/**
 * What an export or a schedule asks for, by the datasets as they are now: they may have changed since the request.
 *
 * @throws AppError `dataset_unknown`, `params_outdated`
 */
export function askedNow(
  datasets: DatasetRegistry,
  record: Pick<ExportRecord, 'dataset' | 'params'>,
): { dataset: Dataset; params: Record<string, unknown> } {
  const dataset = datasets.get(record.dataset);
  if (dataset === undefined) {
    throw new AppError('dataset_unknown', `There is no dataset named "${record.dataset}" any more.`);
  }
  const parsed = dataset.params.safeParse(record.params);
  if (parsed.success) return { dataset, params: parsed.data };
  const message = `The dataset "${dataset.name}" has changed, and the request does not fit it any more. Request it again.`;
  throw new AppError('params_outdated', message, { cause: parsed.error });
}
