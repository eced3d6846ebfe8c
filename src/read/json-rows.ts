import type { FileRow, FileRows } from './file-row.ts';
import { jsonCells } from './json-cells.ts';
import { jsonElements } from './json-elements.ts';
import { jsonLines } from './json-lines.ts';

/** Rows of one JSON array of objects, or of an object a line. The digits of numbers stay as they are. */
export function jsonRows(
  text: AsyncIterable<Buffer>,
  maxRowBytes: number,
  format: 'json' | 'ndjson',
): FileRows {
  const elements = format === 'json' ? jsonElements(text, maxRowBytes) : jsonLines(text, maxRowBytes);
  const close = async () => {
    await elements.return(undefined);
  };
  return { format, header: undefined, rows: rowsOf(elements), close };
}

async function* rowsOf(elements: AsyncIterable<{ line: number; text: string }>): AsyncGenerator<FileRow> {
  for await (const { line, text } of elements) yield { line, cells: jsonCells(text) };
}
