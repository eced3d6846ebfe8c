import type { Entry, Piece, RowEncoder, TextRow } from './formats/format.ts';
import { piecesOf } from './formats/format.ts';

export interface SplitRowsOptions {
  createEncoder: () => RowEncoder;
  rowsPerFile: number;
  /** Begins the file with this number, counted from 1. */
  entryOf: (file: number) => Entry;
}

/** One file after another, each whole with its header, of no more rows than were asked for. At least one, if an empty one. */
export function splitRows({
  createEncoder,
  rowsPerFile,
  entryOf,
}: SplitRowsOptions): RowEncoder<readonly Piece[]> {
  let encoder: RowEncoder;
  let files = 0;
  let room = 0;
  const begin = (): Piece[] => {
    encoder = createEncoder();
    room = rowsPerFile;
    return [entryOf(++files), ...piecesOf(encoder.start())];
  };
  const batch = (rows: readonly TextRow[]): Piece[] => {
    const pieces: Piece[] = [];
    for (let from = 0; from < rows.length;) {
      if (room === 0) pieces.push(...piecesOf(encoder.end()), ...begin());
      const part = rows.slice(from, from + room);
      pieces.push(...piecesOf(encoder.batch(part)));
      room -= part.length;
      from += part.length;
    }
    return pieces;
  };
  return { start: begin, batch, end: () => piecesOf(encoder.end()) };
}
