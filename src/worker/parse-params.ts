import { AppError } from '../errors.ts';
import type { Dataset } from '../export/dataset.ts';

/** Params as the dataset takes them now: it may have changed since the request. @throws AppError `params_outdated` */
export function parseParams(dataset: Dataset, params: Record<string, unknown>): Record<string, unknown> {
  const parsed = dataset.params.safeParse(params);
  if (parsed.success) return parsed.data;
  const message = `The dataset "${dataset.name}" has changed, and the request does not fit it any more. Request it again.`;
  throw new AppError('params_outdated', message, { cause: parsed.error });
}
