import { badFile, inPart } from './bad-file.ts';
import { ByteLimit } from './byte-limit.ts';
import { HEAD_BYTES, isArchive } from './file-head.ts';
import type { FileRow, FileRows } from './file-row.ts';
import { checkSameNames } from './header.ts';
import { peek } from './peek.ts';
import type { ReadLimits } from './read-limits.ts';
import { rowsOfZip } from './rows-of-zip.ts';
import { spool } from './spool.ts';
import { textRows } from './text-rows.ts';
import type { WrittenAs } from './written-as.ts';
import { WORKBOOK_MARK, xlsxRows } from './xlsx/xlsx-rows.ts';
import type { ZipFile } from './zip-file.ts';

/** What programs that pack files add of their own. */
const LITTER = /(^|\/)(__MACOSX\/|\.)/;

/**
 * The rows of all files in a zip, texts and workbooks, one after the other. A workbook is on disk while it is read.
 *
 * @throws AppError `bad_import_file`, `import_too_large`; while rows are read, too
 */
export async function packedFiles(zip: ZipFile, limits: ReadLimits, written: WrittenAs): Promise<FileRows> {
  const names = zip.names.filter((name) => written.strict === true || !LITTER.test(name));
  const [firstName] = names;
  if (firstName === undefined) throw badFile('it is a ZIP without a file');
  // The zip counts what it unpacks to; this is what is packed in there once more, in all files together.
  const limit = new ByteLimit(limits.maxBytes);
  const open = async (name: string): Promise<FileRows> => {
    try {
      const { head, all } = await peek(zip.read(name) ?? nothing(), HEAD_BYTES);
      if (!isArchive(head, written)) return await textRows(all, { limits, limit, written });
      const packed = new ByteLimit(limits.maxArchiveBytes, 'IMPORT_MAX_ARCHIVE_BYTES');
      const handle = await spool(packed.of(all));
      return await rowsOfZip(handle, { limit, maxFiles: limits.maxArchiveFiles }, (inner) => {
        if (!inner.names.includes(WORKBOOK_MARK))
          throw badFile('it is a ZIP in a ZIP, and no workbook; unpack it');
        return xlsxRows(inner, limits, written, name);
      });
    } catch (error) {
      throw inPart(error, name);
    }
  };
  // One at a time, and nothing is kept of those before: a workbook holds the texts that its cells share.
  let file = await open(firstName);
  const { format, header } = file;

  async function* rows(): AsyncGenerator<FileRow> {
    for (const name of names) {
      if (name !== firstName) file = await open(name);
      try {
        checkSameNames(file.header, header);
        for await (const row of file.rows) yield names.length > 1 ? { part: name, ...row } : row;
      } catch (error) {
        throw inPart(error, name);
      } finally {
        await file.close();
      }
    }
  }
  return { format, header, rows: rows(), close: () => file.close() };
}

async function* nothing(): AsyncGenerator<Buffer> {
  // A file without a byte.
}
