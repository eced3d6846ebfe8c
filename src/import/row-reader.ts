import { AppError } from '../errors.ts';
import type { Importer, ImportPreset } from '../export/importer.ts';
import { badFile } from '../read/bad-file.ts';
import type { Cell, FileRow } from '../read/file-row.ts';
import { cut, listed, shown } from '../read/shown.ts';
import { checkOf } from './check-value.ts';

/** Values in the order of the importer's columns. */
export type ImportValues = readonly Cell[];

export interface InvalidValue {
  /** Null where it is about the row as a whole. */
  column: string | null;
  reason: string;
}

type Columns = Pick<Importer<never>, 'columns' | 'presets'>;

/** The preset that was named, or the one whose columns the header has. @throws AppError `preset_unknown` */
export function presetOf(
  { presets = [] }: Columns,
  header: readonly string[] | undefined,
  named: string | undefined,
): ImportPreset | undefined {
  if (named === undefined)
    return presets.find((preset) => preset.header.every((name) => header?.includes(name)));
  const preset = presets.find(({ name }) => name === named);
  if (preset !== undefined) return preset;
  const known = presets.map(({ name }) => name).join(', ') || 'none';
  throw new AppError('preset_unknown', `There is no preset ${shown(named)}. There is: ${known}.`);
}

/**
 * Refuses a header that is not of such a file, before any row is read.
 *
 * @throws AppError `bad_import_file` that names the columns
 */
export function checkHeader(
  { columns }: Columns,
  header: readonly string[],
  preset: ImportPreset | undefined,
): void {
  const needed: readonly string[] =
    preset?.header ?? columns.filter(({ required }) => required === true).map(({ name }) => name);
  const missing = needed.filter((name) => !header.includes(name));
  const known = knownColumns({ columns }, preset);
  const unknown = header.filter((name) => !known.has(name));
  if (missing.length > 0 && header.length === 1 && /[;|]/.test(header[0] ?? '')) {
    throw badFile(
      'its fields are separated by neither commas nor tabs; say by which (the option delimiter)',
      { line: 1 },
    );
  }
  if (missing.length > 0) throw badFile(`its header lacks ${listed(missing)}`, { line: 1 });
  if (unknown.length > 0)
    throw badFile(`its header has ${listed(unknown)}, for which there is no place`, { line: 1 });
}

function knownColumns({ columns }: Columns, preset: ImportPreset | undefined): ReadonlySet<string> {
  if (preset === undefined) return new Set(columns.map(({ name }) => name));
  return new Set([...preset.header, ...(preset.optional ?? []), ...(preset.ignored ?? [])]);
}

class RefusedRow extends Error {}

const refuse = (reason: string): never => {
  throw new RefusedRow(reason);
};

/** Makes the values of a row, or says what is wrong with it. */
export function rowReader(
  { columns }: Columns,
  preset: ImportPreset | undefined,
): (row: FileRow) => ImportValues | InvalidValue {
  const checks = columns.map((column) => ({ ...column, check: checkOf(column) }));
  const known = knownColumns({ columns }, preset);
  return ({ cells }) => {
    if (typeof cells === 'string') return { column: null, reason: cells };
    // CSV has shown its header; each object of JSON is looked at.
    for (const name in cells) {
      if (!known.has(name)) return { column: cut(name), reason: 'there is no such column' };
    }
    let given: Readonly<Record<string, Cell | undefined>> = cells;
    if (preset !== undefined) {
      try {
        given = preset.row(cells, refuse);
      } catch (error) {
        if (error instanceof RefusedRow) return { column: null, reason: error.message };
        throw error;
      }
    }
    const values: Cell[] = [];
    for (const { name, required, check } of checks) {
      const value = given[name] ?? null;
      if (required === true && (value === null || value === '')) return { column: name, reason: 'is empty' };
      const reason = value === null ? undefined : check(value);
      if (reason !== undefined) return { column: name, reason };
      values.push(value);
    }
    return values;
  };
}
