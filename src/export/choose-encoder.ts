import type { DatasetView } from './dataset-view.ts';
import type { ExportOptions } from './export-options.ts';
import { resolveOptions } from './export-options.ts';
import type { FormatName } from './formats/format.ts';

/** `auto` takes the fastest that gives the right file; `rows` never takes the byte path. */
export type EncoderSetting = 'auto' | 'rows';

/** Which way the rows take: from bytes to bytes, or as JavaScript values through the format's encoder. */
export interface EncoderChoice {
  path: 'bytes' | 'rows';
  /** Why, for a person who wonders about the speed. */
  reason: string;
}

/** The only values of these options that the byte path writes; the others it has no part in. */
const bytePath = {
  delimiter: 'comma',
  lineEnd: 'lf',
  quoteAll: false,
  nullText: '',
  decimalSeparator: 'point',
  dateFormat: 'iso',
  formulaGuard: false,
} as const;

/** The way that is fastest and right for an export. Both write identical files where both can. */
export function chooseEncoder(
  { transform }: Pick<DatasetView, 'transform'>,
  format: FormatName,
  options: ExportOptions,
  setting: EncoderSetting,
): EncoderChoice {
  const rows = (reason: string): EncoderChoice => ({ path: 'rows', reason });
  if (setting === 'rows') return rows('EXPORT_ENCODER is set to rows');
  if (format !== 'csv') return rows(`${format} is written from values, row by row`);
  if (transform !== undefined) return rows('the dataset transforms its rows');
  const resolved = resolveOptions(options);
  if (resolved.encoding === 'utf-16le') return rows('utf-16le is written from values, row by row');
  if (resolved.rowsPerFile !== undefined) return rows('a split file is written row by row');
  for (const [name, value] of Object.entries(bytePath)) {
    if (resolved[name as keyof typeof bytePath] !== value) return rows(`${name} is written row by row`);
  }
  return { path: 'bytes', reason: 'plain columns as csv need no JavaScript' };
}
