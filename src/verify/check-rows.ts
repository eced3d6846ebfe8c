import { columnTypes } from '../export/column.ts';
import { resolveOptions, storedOptions } from '../export/export-options.ts';
import type { ExportOptions } from '../export/export-options.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { badFileOf } from '../read/bad-file.ts';
import type { Place } from '../read/bad-file.ts';
import { readFormats } from '../read/file-row.ts';
import type { FileRow, FileRows } from '../read/file-row.ts';
import { readFileAt } from '../read/read-file.ts';
import type { WrittenAs } from '../read/written-as.ts';
import { wrongWith } from './check-cell.ts';

/** What a manifest says of the rows of a file. */
export type RowsClaim = Pick<Manifest, 'format' | 'options' | 'columns'>;

/** How many rows there are; or what is wrong with the first that is none; or why that cannot be told. */
export type RowsFound = { rows: number } | { wrong: string } | { unknown: string };

/** A file that is there already is as large as it is. */
const NO_LIMITS = {
  maxBytes: Infinity,
  maxRowBytes: Number.MAX_SAFE_INTEGER,
  maxArchiveBytes: Infinity,
  maxArchiveFiles: Infinity,
  maxSharedTextBytes: Infinity,
};

/** Reads a file row by row with the reader of imports, in the dialect that its manifest says, and forgives nothing. */
export async function checkRows(path: string, claim: RowsClaim): Promise<RowsFound> {
  const format = readFormats.find((name) => name === claim.format);
  if (format === undefined) return { unknown: `the format is ${claim.format}` };
  const options = storedOptions.safeParse(claim.options);
  if (!options.success) return { unknown: 'it was written with options that are not known here' };
  try {
    const form = { format, options: options.data, strict: true };
    const read = await readFileAt(path, NO_LIMITS, { ...form, ...columnsOf(claim, options.data) });
    try {
      return await compare(read, claim);
    } finally {
      await read.close();
    }
  } catch (error) {
    const told = badFileOf(error);
    if (told === undefined) throw error;
    const where = placeOf(told);
    return { wrong: where === '' ? told.reason : `${where}: ${told.reason}` };
  }
}

function columnsOf({ columns }: RowsClaim, options: ExportOptions): Pick<WrittenAs, 'typeOf' | 'namesOf'> {
  const types = new Map(columns.map(({ name, type }) => [name, columnTypes.find((one) => one === type)]));
  const names = columns.map(({ name }) => name);
  const labelled = resolveOptions(options).headers === 'labels';
  return {
    typeOf: (name) => types.get(name),
    // What labels the dataset had is not known any more; how many there are is.
    namesOf: labelled ? (header) => (header.length === names.length ? names : header) : undefined,
  };
}

async function compare({ header, rows }: FileRows, { columns }: RowsClaim): Promise<RowsFound> {
  const names = columns.map(({ name }) => name);
  const differs = header?.length !== names.length || names.some((name, index) => name !== header[index]);
  if (header !== undefined && differs) return { wrong: `line 1 is not the header ${names.join(',')}` };
  let count = 0;
  for await (const row of rows) {
    const problem = wrongRow(row, columns);
    if (problem !== undefined) return { wrong: `${placeOf(row)}${problem}` };
    count++;
  }
  return { rows: count };
}

function wrongRow({ cells }: FileRow, columns: RowsClaim['columns']): string | undefined {
  if (typeof cells === 'string') return `: ${cells}`;
  const keys = Object.keys(cells);
  if (keys.length !== columns.length || columns.some(({ name }) => !Object.hasOwn(cells, name))) {
    return ` has the keys ${keys.join(', ')}; the columns are ${columns.map(({ name }) => name).join(', ')}`;
  }
  for (const column of columns) {
    const problem = wrongWith(column, cells[column.name] ?? null);
    if (problem !== undefined) return ` ${problem}`;
  }
  return undefined;
}

function placeOf({ line, part }: Place): string {
  const of = part === undefined ? '' : `“${part}”`;
  if (line === undefined) return of;
  return `line ${line}${of === '' ? '' : ` of ${of}`}`;
}
