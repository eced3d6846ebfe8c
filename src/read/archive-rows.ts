import type { FileHandle } from 'node:fs/promises';
import { badFile, inPart } from './bad-file.ts';
import { ByteLimit } from './byte-limit.ts';
import type { FileRow, FileRows } from './file-row.ts';
import { checkSameNames } from './header.ts';
import type { ReadLimits } from './read-limits.ts';
import { spool } from './spool.ts';
import { textRows } from './text-rows.ts';
import type { WrittenAs } from './written-as.ts';
import { WORKBOOK_MARK, xlsxRows } from './xlsx/xlsx-rows.ts';
import { ZipFile } from './zip-file.ts';

type TextLimits = Pick<ReadLimits, 'maxBytes' | 'maxRowBytes'>;

/** What programs that pack files add of their own. */
const LITTER = /(^|\/)(__MACOSX\/|\.)/;

/**
 * The rows of a workbook, or of all texts in a zip, one after the other: each has the columns of the first.
 *
 * @throws AppError `bad_import_file`, `import_too_large`; while rows are read, too
 */
export async function archiveRows(
  source: AsyncIterable<Buffer>,
  limits: ReadLimits,
  written: WrittenAs,
): Promise<FileRows> {
  const limit = new ByteLimit(limits.maxArchiveBytes, 'IMPORT_MAX_ARCHIVE_BYTES');
  return archiveRowsOf(await spool(limit.of(source)), limits, written);
}

/** The same from a file on disk, whose handle it closes. */
export async function archiveRowsOf(
  handle: FileHandle,
  { maxArchiveFiles, ...limits }: ReadLimits,
  written: WrittenAs,
): Promise<FileRows> {
  try {
    const limit = new ByteLimit(limits.maxBytes);
    const zip = await ZipFile.open(handle, limit, maxArchiveFiles);
    const read = zip.names.includes(WORKBOOK_MARK) ? xlsxRows : textsOf;
    const rows = await read(zip, limits, written);
    const close = async () => {
      await rows.close();
      await handle.close();
    };
    return { ...rows, close };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function textsOf(zip: ZipFile, limits: TextLimits, written: WrittenAs): Promise<FileRows> {
  const names = zip.names.filter((name) => written.strict === true || !LITTER.test(name));
  const [firstName, ...others] = names;
  const open = async (name: string) => {
    try {
      // The zip counts what it unpacks to.
      const options = { limits, limit: new ByteLimit(limits.maxBytes), written };
      return await textRows(zip.read(name) ?? nothing(), options);
    } catch (error) {
      throw inPart(error, name);
    }
  };
  if (firstName === undefined) throw badFile('it is a ZIP without a file');
  const first = await open(firstName);

  async function* rows(): AsyncGenerator<FileRow> {
    yield* named(first, firstName ?? '', others.length > 0);
    for (const name of others) {
      const next = await open(name);
      try {
        checkSameNames(next.header, first.header);
        yield* named(next, name, true);
      } catch (error) {
        throw inPart(error, name);
      } finally {
        await next.close();
      }
    }
  }
  return { ...first, rows: rows() };
}

async function* named({ rows }: FileRows, part: string, several: boolean): AsyncGenerator<FileRow> {
  try {
    for await (const row of rows) yield several ? { ...row, part } : row;
  } catch (error) {
    throw inPart(error, part);
  }
}

async function* nothing(): AsyncGenerator<Buffer> {
  // A file without a byte.
}
