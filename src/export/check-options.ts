import type { Dataset, Role } from './dataset.ts';
import { sortKey } from './dataset-sort.ts';
import { viewFor } from './dataset-view.ts';
import type { ExportOptions } from './export-options.ts';
import type { FileFormatName } from './formats/format.ts';
import { fileFormats } from './formats/index.ts';
import { AppError } from '../errors.ts';

export interface OptionFault {
  /** Names and positions that lead to it. */
  path: readonly (string | number)[];
  detail: string;
}

/** What cannot be had: an option that the format has no use for, or a column or order that this role does not get. */
export function optionFaults(
  { dataset, role }: { dataset: Dataset; role: Role },
  format: FileFormatName,
  options: ExportOptions,
): OptionFault[] {
  const { options: known, text } = fileFormats[format];
  const { compression, preset, columns = [], sort = [], rowsPerFile, ...rest } = options;
  const faults: OptionFault[] = Object.keys(rest)
    .filter((name) => !known.some((one) => one === name))
    .map((name) => ({ path: [name], detail: `does not go with ${format}` }));
  if (compression !== 'none' && !text) {
    faults.push({ path: ['compression'], detail: `does not go with ${format}, which is packed already` });
  }
  if (preset === 'excel' && !known.includes('headers')) {
    faults.push({ path: ['preset'], detail: `does not go with ${format}` });
  }
  if (rowsPerFile !== undefined && compression !== 'zip') {
    faults.push({ path: ['rowsPerFile'], detail: 'needs the compression zip, which holds several files' });
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
