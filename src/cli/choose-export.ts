import { AppError } from '../errors.ts';
import { defaultFormat } from '../export/dataset.ts';
import type { Asker, Dataset, Role } from '../export/dataset.ts';
import { optionFaults, refuseFaults } from '../export/check-options.ts';
import type { ExportOptions } from '../export/export-options.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { nameAndValue } from './name-value.ts';
import { typedOptions } from './typed-options.ts';

/** What to export, as a person types it. */
export interface TypedExport {
  dataset: string;
  /** A file of each. None: the dataset’s default. */
  formats: readonly string[];
  /** `name=value` */
  params: readonly string[];
  /** `name=value` */
  options: readonly string[];
  /** Default: by the name of the file, where there is one. */
  compression?: string | undefined;
  /** Name of the file, or a folder for it; `-` is standard output. */
  output: string;
  /** As who: decides which columns there are, and what the query's session is told. */
  as: { role?: Role | undefined; subject?: string | undefined; tenant: string };
}

/** Makes sense of what was typed. @throws AppError that names what there is instead */
export function chooseExport(
  datasets: DatasetRegistry,
  typed: TypedExport,
): {
  dataset: Dataset;
  formats: readonly FileFormatName[];
  options: ExportOptions;
  params: Record<string, unknown>;
  asker: Asker;
} {
  const { dataset, params, asker } = chooseDataset(datasets, typed);
  const formats = formatsOf(typed.formats, dataset);
  // A bundle is a zip by itself.
  const named = formats.length === 1 && formats[0] !== 'zip';
  const byName = named ? compressionByName(typed.output) : 'none';
  const options = typedOptions(typed.options, typed.compression ?? byName);
  refuseFaults(optionFaults({ dataset, role: asker.role }, formats, options));
  return { dataset, formats, options, params, asker };
}

function compressionByName(path: string): string {
  if (path.endsWith('.gz')) return 'gzip';
  return path.endsWith('.zip') ? 'zip' : 'none';
}

/**
 * A dataset, and for whom.
 *
 * @param taken those of its params that may be named; default: all
 * @throws AppError that names what there is instead
 */
export function chooseDataset(
  datasets: DatasetRegistry,
  typed: Pick<TypedExport, 'dataset' | 'params' | 'as'>,
  taken = (params: Dataset['params']) => params,
): { dataset: Dataset; params: Record<string, unknown>; asker: Asker } {
  const dataset = pick(datasets, typed.dataset);
  const params = parseParams({ ...dataset, params: taken(dataset.params) }, typed.params);
  return { dataset, params, asker: askerOf(dataset, params, typed.as) };
}

/** An admin where the dataset is for admins, otherwise the user whose rows are asked for. */
function askerOf(dataset: Dataset, params: Record<string, unknown>, as: TypedExport['as']): Asker {
  const role = as.role ?? (dataset.roles.includes('admin') ? 'admin' : 'user');
  if (!dataset.roles.includes(role)) {
    throw new AppError('bad_option', `--role ${role}: ${dataset.name} is for ${dataset.roles.join(', ')}.`);
  }
  const own = dataset.subjectParam === undefined ? undefined : params[dataset.subjectParam];
  const subject = as.subject ?? (role === 'user' ? String(own) : 'operator');
  return { tenant: as.tenant, subject, role };
}

function pick(datasets: DatasetRegistry, name: string): Dataset {
  const dataset = datasets.get(name);
  if (dataset !== undefined) return dataset;
  throw new AppError(
    'dataset_unknown',
    `There is no dataset "${name}". There is: ${[...datasets.keys()].join(', ')}.`,
  );
}

function formatsOf(names: readonly string[], dataset: Dataset): readonly FileFormatName[] {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new AppError('bad_option', `--format ${twice} is there twice.`);
  const formats = names.map((name) => {
    const format = dataset.formats.find((known) => known === name);
    if (format !== undefined) return format;
    const message = `${dataset.name} has no format "${name}". It has: ${dataset.formats.join(', ')}.`;
    throw new AppError('format_unknown', message);
  });
  return formats.length === 0 ? [defaultFormat(dataset)] : formats;
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
