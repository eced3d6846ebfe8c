import { isDeepStrictEqual } from 'node:util';
import type { Dataset, Role } from './dataset.ts';
import { sortKey } from './dataset-sort.ts';
import { viewFor } from './dataset-view.ts';
import type { ExportOptions } from './export-options.ts';
import type { FileFormatName } from './formats/format.ts';
import { fileFormats } from './formats/index.ts';
import { compressionOf } from './options-of.ts';
import { AppError } from '../errors.ts';

export interface OptionFault {
  /** Names and positions that lead to it. */
  path: readonly (string | number)[];
  detail: string;
}

interface Asker {
  dataset: Dataset;
  role: Role;
}

/**
 * What cannot be had: an option that no format has a use for, or a column or order that this role does not get. Of several
 * formats each takes what it has a use for, but the time zone: that is the query's.
 */
export function optionFaults(
  asker: Asker,
  formats: readonly FileFormatName[],
  options: ExportOptions,
): OptionFault[] {
  const [first = [], ...others] = formats.map((format) => faultsOf(asker, format, options));
  const isOfAll = ({ path }: OptionFault) =>
    others.every((faults) => faults.some((fault) => isDeepStrictEqual(fault.path, path)));
  const ofQuery = others.flat().filter(({ path }) => path[0] === 'timeZone');
  return [...first.filter((fault) => fault.path[0] === 'timeZone' || isOfAll(fault)), ...ofQuery];
}

function faultsOf({ dataset, role }: Asker, format: FileFormatName, options: ExportOptions): OptionFault[] {
  const { options: known } = fileFormats[format];
  const { compression, preset, columns = [], sort = [], rowsPerFile, since, ...rest } = options;
  const faults: OptionFault[] = Object.keys(rest)
    .filter((name) => !known.some((one) => one === name))
    .map((name) => ({ path: [name], detail: `does not go with ${format}` }));
  if (compression !== compressionOf(format, options)) {
    faults.push({ path: ['compression'], detail: `does not go with ${format}, which is packed already` });
  }
  if (preset === 'excel' && !known.includes('headers')) {
    faults.push({ path: ['preset'], detail: `does not go with ${format}` });
  }
  if (rowsPerFile !== undefined && compression !== 'zip') {
    faults.push({ path: ['rowsPerFile'], detail: 'needs the compression zip, which holds several files' });
  }
  if (since !== undefined && dataset.changes === undefined) {
    faults.push({ path: ['since'], detail: `cannot be had: ${dataset.name} does not know what has changed` });
  }
  if (since !== undefined && sort.length > 0) {
    faults.push({ path: ['sort'], detail: 'does not go with since: changes have an order of their own' });
  }
  const view = viewFor(dataset, role);
  const names = view.columns.map((column) => column.name);
  return [
    ...faults,
    ...columns.flatMap((name, index) => nameFault(['columns', index], name, names)),
    ...sort.flatMap((key, index) => nameFault(['sort', index], sortKey(key).column, view.sortable)),
  ];
}

function nameFault(path: OptionFault['path'], name: string, names: readonly string[]): OptionFault[] {
  if (names.includes(name)) return [];
  const detail = names.length === 0 ? 'cannot be had: there is none' : `is not one of ${names.join(', ')}`;
  return [{ path, detail }];
}

/** @throws AppError `bad_option` that names the first fault, for a person at a terminal */
export function refuseFaults(faults: readonly OptionFault[]): void {
  const [fault] = faults;
  if (fault === undefined) return;
  throw new AppError('bad_option', `--option ${fault.path.join('.')}: ${fault.detail}.`);
}
