import type { Piece, RowEncoder, TextRow } from './formats/format.ts';
import { piecesOf } from './formats/format.ts';

/**
 * A batch of very wide rows can be longer than a string may be: then it is written in halves. Only for an encoder that is
 * as it was before where a batch fails: what it had counted or begun by then would be counted or begun twice.
 *
 * Where one row alone is too long, `batch` throws a RangeError.
 */
export function inHalves(encoder: RowEncoder): RowEncoder {
  const batch = (rows: readonly TextRow[]): string | readonly Piece[] => {
    try {
      return encoder.batch(rows);
    } catch (error) {
      if (!(error instanceof RangeError) || rows.length <= 1) throw error;
      const half = Math.ceil(rows.length / 2);
      return [rows.slice(0, half), rows.slice(half)].map(batch).flatMap(piecesOf);
    }
  };
  return { start: () => encoder.start(), batch, end: () => encoder.end() };
}
