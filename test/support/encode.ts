import type { Column } from '../../src/export/dataset.ts';
import { NO_OPTIONS, resolveOptions } from '../../src/export/export-options.ts';
import type { ExportOptions } from '../../src/export/export-options.ts';
import type { EncoderInput, Format, Piece, TextRow } from '../../src/export/formats/format.ts';

/** What an encoder is told of an export with these options. */
export function encoderInput(columns: readonly Column[], options: Partial<ExportOptions> = {}): EncoderInput {
  const settings = resolveOptions({ ...NO_OPTIONS, ...options });
  return { columns, settings, title: 'Under test', rowGroupBytes: 1024 * 1024 };
}

/** A whole file of a format, from rows in batches. */
export function encode(
  format: Pick<Format, 'createEncoder'>,
  columns: readonly Column[],
  batches: readonly (readonly TextRow[])[],
  options: Partial<ExportOptions> = {},
): Buffer {
  const encoder = format.createEncoder(encoderInput(columns, options));
  const pieces = [encoder.start(), ...batches.map((rows) => encoder.batch(rows)), encoder.end()].flat();
  return Buffer.concat(pieces.map(bytesOf));
}

function bytesOf(piece: Piece): Buffer {
  if (typeof piece === 'string') return Buffer.from(piece);
  if ('entry' in piece) throw new Error('an archive of several files');
  return Buffer.from(piece);
}
