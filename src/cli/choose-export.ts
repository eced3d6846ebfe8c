import { AppError } from '../errors.ts';
import type { Dataset } from '../export/dataset.ts';
import type { FormatName } from '../export/formats/format.ts';
import { formatNames } from '../export/formats/format.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { nameAndValue } from './name-value.ts';

/** What to export, as a person types it. */
export interface TypedExport {
  dataset: string;
  format: string;
  /** `name=value` */
  params: readonly string[];
}

/** Makes sense of what was typed. @throws AppError that names what there is instead */
export function chooseExport(
  datasets: DatasetRegistry,
  typed: TypedExport,
): { dataset: Dataset; format: FormatName; params: Record<string, unknown> } {
  const dataset = pick(datasets, typed.dataset);
  return { dataset, format: formatOf(typed.format, dataset), params: parseParams(dataset, typed.params) };
}

function pick(datasets: DatasetRegistry, name: string): Dataset {
  const dataset = datasets.get(name);
  if (dataset !== undefined) return dataset;
  throw new AppError(
    'dataset_unknown',
    `There is no dataset "${name}". There is: ${[...datasets.keys()].join(', ')}.`,
  );
}

function formatOf(name: string, dataset: Dataset): FormatName {
  const format = formatNames.find((known) => known === name);
  if (format !== undefined && dataset.formats.includes(format)) return format;
  throw new AppError(
    'format_unknown',
    `${dataset.name} has no format "${name}". It has: ${dataset.formats.join(', ')}.`,
  );
}

function parseParams(dataset: Dataset, given: readonly string[]): Record<string, unknown> {
  const parsed = dataset.params.safeParse(Object.fromEntries(given.map(nameAndValue)));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `  --param ${path.join('.')}: ${message}`);
  const known = Object.keys(dataset.params.shape).join(', ');
  throw new AppError(
    'bad_param',
    `The parameters do not fit (${dataset.name} has: ${known}):\n${faults.join('\n')}`,
  );
}
