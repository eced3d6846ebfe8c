import { parse } from 'lossless-json';
import type { Cell, FileRow } from './file-row.ts';
import { shown } from './shown.ts';

/** A number, told from a string of the same digits. */
class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What one object holds, given as its text; or what is wrong with it. */
export function jsonCells(text: string): FileRow['cells'] {
  let object: unknown;
  try {
    object = parse(text, undefined, { parseNumber: (digits) => new Digits(digits) });
  } catch {
    return 'it is not JSON, or it has a key twice';
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return 'it is no object';
  const cells: [string, Cell][] = [];
  for (const [name, value] of Object.entries(object)) {
    const cell = cellOf(value);
    if (cell === undefined) return `${shown(name)} is a list or an object`;
    cells.push([name, cell]);
  }
  // Not by assignment, which `__proto__` would not survive.
  return Object.fromEntries(cells);
}

function cellOf(value: unknown): Cell | undefined {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Digits) return value.text;
  if (typeof value === 'boolean') return String(value);
  return undefined;
}
