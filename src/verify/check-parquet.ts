import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import type { AsyncBuffer } from 'hyparquet';
import { messageOf } from '../errors.ts';
import { badFileOf } from '../read/bad-file.ts';
import { ByteLimit } from '../read/byte-limit.ts';
import { spool } from '../read/spool.ts';
import { ZipFile } from '../read/zip-file.ts';
import { wrongWith } from './check-cell.ts';
import type { RowsClaim, RowsFound } from './check-rows.ts';

/** Reads a Parquet file, or those of a zip, by their row groups: their columns, and what kind each value is of. */
export async function checkParquet(path: string, claim: RowsClaim): Promise<RowsFound> {
  const handle = await open(path);
  try {
    const check = claim.options['compression'] === 'zip' ? checkZip : checkFile;
    return await check(handle, claim);
  } finally {
    await handle.close();
  }
}

/** Each file of it is on disk while it is read. A file that is there already is as large as it is. */
async function checkZip(handle: FileHandle, claim: RowsClaim): Promise<RowsFound> {
  let rows = 0;
  try {
    const zip = await ZipFile.open(handle, new ByteLimit(Infinity), Infinity);
    for (const name of zip.names) {
      const content = zip.read(name);
      if (content === undefined) continue;
      const file = await spool(content);
      const found = await checkFile(file, claim).finally(() => file.close());
      if ('wrong' in found && zip.names.length > 1) return { wrong: `${found.wrong}, in “${name}”` };
      if (!('rows' in found)) return found;
      rows += found.rows;
    }
    return { rows };
  } catch (error) {
    const told = badFileOf(error);
    if (told === undefined) throw error;
    return { wrong: told.reason };
  }
}

async function checkFile(handle: FileHandle, { columns }: RowsClaim): Promise<RowsFound> {
  const names = columns.map(({ name }) => name);
  let row = 0;
  try {
    const file = await bufferOf(handle);
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

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size: byteLength } = await handle.stat();
  return {
    byteLength,
    async slice(start, end = byteLength) {
      // What a damaged file says of itself may lie beyond its end.
      const bytes = new Uint8Array(Math.min(end, byteLength) - start);
      await handle.read({ buffer: bytes, position: start });
      return bytes.buffer;
    },
  };
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
