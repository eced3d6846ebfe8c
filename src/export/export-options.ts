import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { sortKey } from './dataset-sort.ts';
import { compressionNames } from './formats/format.ts';
import type { FormatSettings } from './formats/format.ts';

/** Rows of a part of a split file. The names of all parts are held until the end: with fewer rows there are too many. */
const FEWEST_ROWS_PER_FILE = 10_000;

/** What a request may say about how a file is written. Which of it a format takes is `options` of the format. */
export const exportOptions = z.strictObject({
  compression: z
    .enum(compressionNames)
    .describe(
      '`gzip` or `zip`: the file is packed, and called and served as a packed one. `xlsx` and `parquet`, which are packed already, take only `zip` with `rowsPerFile`.',
    ),
  preset: z
    .enum(['round-trip', 'excel'])
    .optional()
    .describe(
      '`round-trip`, the default, leaves values alone; `excel` opens by double click. Other options change it.',
    ),
  columns: z
    .array(z.string().max(63))
    .min(1)
    .max(1600)
    .refine((names) => new Set(names).size === names.length, 'names a column twice')
    .optional()
    .describe('Only these columns of the dataset, in this order.'),
  sort: z
    .array(z.string().max(64))
    .min(1)
    .max(16)
    .refine(namesOnce, 'names a column twice')
    .optional()
    .describe('By these columns of the dataset, `-` before one for the greatest first.'),
  since: z
    .literal('last')
    .optional()
    .describe(
      'Only what was added, changed or removed since the last export of the same that was asked for in the same way; the first holds everything.',
    ),
  headers: z.enum(['keys', 'labels']).optional().describe('What stands in the header.'),
  delimiter: z.enum(['comma', 'semicolon', 'tab', 'pipe']).optional().describe('Between the fields of CSV.'),
  lineEnd: z.enum(['lf', 'crlf']).optional(),
  encoding: z
    .enum(['utf-8', 'utf-8-bom', 'utf-16le'])
    .optional()
    .describe('`utf-8-bom` and `utf-16le` begin with a byte order mark.'),
  quoteAll: z.boolean().optional().describe('Quotes around every value; NULL has none.'),
  nullText: z
    .enum(['', 'NULL', '\\N'])
    .optional()
    .describe('What stands for NULL. A text like it is quoted.'),
  decimalSeparator: z.enum(['point', 'comma']).optional().describe('In numbers.'),
  dateFormat: z
    .enum(['iso', 'dd.mm.yyyy', 'dd/mm/yyyy', 'mm/dd/yyyy'])
    .optional()
    .describe('Of dates, and of the day of times.'),
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'is no time zone, such as Europe/Berlin')
    .optional()
    .describe('Name of the time zone that times are told in.'),
  formulaGuard: z
    .boolean()
    .optional()
    .describe(
      'Text that a spreadsheet would run as a formula, or read as a number or a day, stays text; docs/formats.md.',
    ),
  rowsPerFile: z
    .int()
    .min(FEWEST_ROWS_PER_FILE)
    .optional()
    .describe('Rows of each file in a zip, where it is to hold several; needs `compression: "zip"`.'),
});

/** As they are kept: what was asked for before there were options has none. */
export const storedOptions = exportOptions.extend({
  compression: exportOptions.shape.compression.default('none'),
});

export type ExportOptions = z.output<typeof exportOptions>;

export const NO_OPTIONS: ExportOptions = { compression: 'none' };

/** What a preset stands for. `round-trip` is what the diary has always been. */
const roundTrip = {
  headers: 'keys',
  delimiter: 'comma',
  lineEnd: 'lf',
  encoding: 'utf-8',
  quoteAll: false,
  nullText: '',
  decimalSeparator: 'point',
  dateFormat: 'iso',
  timeZone: 'UTC',
  formulaGuard: false,
} as const satisfies Partial<ExportOptions>;

const presets: Readonly<Record<NonNullable<ExportOptions['preset']>, Resolvable>> = {
  'round-trip': roundTrip,
  excel: {
    ...roundTrip,
    headers: 'labels',
    delimiter: 'tab',
    lineEnd: 'crlf',
    encoding: 'utf-16le',
    quoteAll: true,
    formulaGuard: true,
  },
};

type Resolvable = { [Name in keyof typeof roundTrip]-?: NonNullable<ExportOptions[Name]> };

export type ResolvedOptions = FormatSettings & Pick<ExportOptions, 'compression' | 'columns' | 'rowsPerFile'>;

/** The options with what the preset says where the request says nothing. */
export function resolveOptions(options: ExportOptions): ResolvedOptions {
  // Nothing that is left out is there as undefined: the schema has taken such members out.
  return { ...presets[options.preset ?? 'round-trip'], ...options } as ResolvedOptions;
}

/**
 * One way to say each thing: where two requests mean the same file, their options are equal.
 *
 * @param sort the order that the dataset has by itself
 */
export function canonicalOptions(options: ExportOptions, sort?: readonly string[]): ExportOptions {
  const byItself: Readonly<Record<string, unknown>> = {
    ...presets[options.preset ?? 'round-trip'],
    ...(sort === undefined ? {} : { sort }),
  };
  const said = Object.entries(options).filter(
    ([name, value]) =>
      value !== undefined &&
      !(name === 'preset' && value === 'round-trip') &&
      !(name in byItself && isDeepStrictEqual(byItself[name], value)),
  );
  return exportOptions.parse(Object.fromEntries(said));
}

/** Whichever way it is sorted by. */
function namesOnce(keys: readonly string[]): boolean {
  return new Set(keys.map((key) => sortKey(key).column)).size === keys.length;
}

/** Names only: of an offset, PostgreSQL and JavaScript take the sign the other way round. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
