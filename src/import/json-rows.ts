import { parse } from 'lossless-json';
import type { Cell, FileRow, FileRows } from './file-row.ts';
import { jsonElements } from './json-elements.ts';
import { shown } from './shown.ts';

/** Rows of one JSON array of objects. The digits of numbers stay as they are. */
export function jsonRows(text: AsyncIterable<Buffer>, maxRowBytes: number): FileRows {
  return { format: 'json', header: undefined, rows: rowsOf(text, maxRowBytes) };
}

async function* rowsOf(text: AsyncIterable<Buffer>, maxRowBytes: number): AsyncGenerator<FileRow> {
  for await (const element of jsonElements(text, maxRowBytes)) {
    yield { line: element.line, cells: cellsOf(element.text) };
  }
}

/** A number, told from a string of the same digits. */
class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function cellsOf(text: string): FileRow['cells'] {
  let object: unknown;
  try {
    object = parse(text, undefined, { parseNumber: (digits) => new Digits(digits) });
  } catch {
    return 'it is not JSON, or it has a key twice';
  }
  const cells: [string, Cell][] = [];
  for (const [name, value] of Object.entries(object as Record<string, unknown>)) {
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
