import { MAX_CELL_CHARACTERS } from './cell.ts';

/** Of a piece; what is left of a cell is for the words before it. */
const PIECE_CHARACTERS = 32_000;

/**
 * A text that no cell of Excel holds, in pieces that one does: nothing is cut off. The first is the text as it is; the
 * others begin with `<column> (2/3): ` and stand in the cells behind the last column.
 */
export function longTextPieces(column: string, text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    let end = Math.min(from + PIECE_CHARACTERS, text.length);
    // Not between the halves of a character.
    if (end < text.length && /[\ud800-\udbff]/.test(text.charAt(end - 1))) end--;
    pieces.push(text.slice(from, end));
    from = end;
  }
  const room = MAX_CELL_CHARACTERS - PIECE_CHARACTERS - ` (${pieces.length}/${pieces.length}): `.length;
  const name = column.slice(0, room);
  return pieces.map((piece, index) =>
    index === 0 ? piece : `${name} (${index + 1}/${pieces.length}): ${piece}`,
  );
}
