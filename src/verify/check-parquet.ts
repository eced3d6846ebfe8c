import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { asyncBufferFromFile } from 'hyparquet/src/node.js';
import { messageOf } from '../errors.ts';
import { wrongWith } from './check-cell.ts';
import type { RowsClaim, RowsFound } from './check-rows.ts';

/** Reads a Parquet file by its row groups: its columns, and what kind each value is of. */
export async function checkParquet(path: string, { columns }: RowsClaim): Promise<RowsFound> {
  const names = columns.map(({ name }) => name);
  let row = 0;
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const found = parquetSchema(metadata).children.map(({ element }) => element.name);
    if (found.join('\0') !== names.join('\0')) {
      return { wrong: `its columns are ${found.join(', ')}; they were ${names.join(', ')}` };
    }
    for (const { num_rows: rows } of metadata.row_groups) {
      let problem: string | undefined;
      await parquetRead({
        file,
        metadata,
        rowStart: row,
        rowEnd: row + Number(rows),
        parsers: { jsonFromBytes: (bytes: Uint8Array) => new TextDecoder().decode(bytes) },
        onComplete: (values) => {
          for (const cells of values as unknown[][]) {
            row++;
            problem = wrongCell(cells, columns);
            if (problem !== undefined) return;
          }
        },
      });
      if (problem !== undefined) return { wrong: `row ${row} ${problem}` };
    }
    return { rows: row };
  } catch (error) {
    return { wrong: `behind row ${row} it is no Parquet: ${messageOf(error)}` };
  }
}

function wrongCell(cells: readonly unknown[], columns: RowsClaim['columns']): string | undefined {
  for (const [index, column] of columns.entries()) {
    const value = cells[index] ?? null;
    const problem = fits(column.type, value) ? undefined : wrongWith(column, textOf(value));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A value that Parquet has a type for; all others are text, and have to look like one. */
function fits(type: string, value: unknown): boolean {
  if (type === 'date' || type === 'timestamp') return value instanceof Date;
  if (type === 'integer') return typeof value === 'bigint' || Number.isInteger(value);
  return type === 'number' ? typeof value === 'number' || typeof value === 'bigint' : type === 'text';
}

function textOf(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return typeof value === 'string' ? value : `a ${typeof value}`;
}
