/** What an export puts into the first cell of a text that no cell holds, or one less where a character would be cut. */
const FIRST_PIECE = 32_000;

/**
 * Takes back what an export does to texts of more than 32,767 characters, which go on behind the last column in cells
 * that begin with `<column> (2/3): `. Undefined where the cells there are no such pieces.
 */
export function joinLongTexts(
  names: readonly string[],
  values: readonly (string | undefined)[],
): (string | undefined)[] | undefined {
  const joined = values.slice(0, names.length);
  let place = -1;
  let next = 0;
  let last = 0;
  for (const piece of values.slice(names.length)) {
    if (piece === undefined) continue;
    if (next > last || place < 0) {
      place = names.findIndex((name, index) => index > place && lastOf(name, piece) !== undefined);
      last = lastOf(names[place] ?? '', piece) ?? 0;
      next = 2;
    }
    const start = prefixOf(names[place] ?? '', next, last);
    const before = joined[place];
    if (before === undefined || before.length < FIRST_PIECE - 1 || !piece.startsWith(start)) return undefined;
    joined[place] = before + piece.slice(start.length);
    next++;
  }
  return place >= 0 && next <= last ? undefined : joined;
}

/** How many pieces there are, where this is the second of a column. */
function lastOf(name: string, piece: string): number | undefined {
  if (!piece.startsWith(`${name} (2/`)) return undefined;
  const [, last] = /^ \(2\/(\d{1,5})\): /.exec(piece.slice(name.length)) ?? [];
  return last === undefined ? undefined : Number(last);
}

function prefixOf(name: string, number: number, last: number): string {
  return `${name} (${number}/${last}): `;
}
