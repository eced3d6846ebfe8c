import type { DatasetView } from './dataset-view.ts';
import { formats } from './formats/index.ts';
import type { FormatName } from './formats/format.ts';

/** `auto` takes the fastest that gives the right file; `rows` never takes the byte path. */
export type EncoderSetting = 'auto' | 'rows';

/** Which way the rows take: from bytes to bytes, or as JavaScript values through the format's encoder. */
export interface EncoderChoice {
  path: 'bytes' | 'rows';
  /** Why, for a person who wonders about the speed. */
  reason: string;
}

/** The way that is fastest and right for an export. Both write identical files where both can. */
export function chooseEncoder(
  { transform }: Pick<DatasetView, 'transform'>,
  format: FormatName,
  setting: EncoderSetting,
): EncoderChoice {
  if (setting === 'rows') return { path: 'rows', reason: 'EXPORT_ENCODER is set to rows' };
  if (!formats[format].bytePath)
    return { path: 'rows', reason: `${format} is written from values, row by row` };
  if (transform !== undefined) return { path: 'rows', reason: 'the dataset transforms its rows' };
  return { path: 'bytes', reason: `plain columns as ${format} need no JavaScript` };
}
