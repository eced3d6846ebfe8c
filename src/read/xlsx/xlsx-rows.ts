import { badFile, inPart } from '../bad-file.ts';
import type { Cell, FileRow, FileRows } from '../file-row.ts';
import { checkNames, checkSameNames } from '../header.ts';
import type { ReadLimits } from '../read-limits.ts';
import type { WrittenAs } from '../written-as.ts';
import type { ZipFile } from '../zip-file.ts';
import { joinLongTexts } from './long-texts.ts';
import { columnLetters, sheetRows } from './sheet-rows.ts';
import type { SheetRow } from './sheet-rows.ts';
import { openWorkbook } from './workbook.ts';

/** Which file of a zip says that it is a workbook. */
export const WORKBOOK_MARK = '[Content_Types].xml';

type SheetLimits = Pick<ReadLimits, 'maxRowBytes' | 'maxSharedTextBytes'>;

interface Sheet {
  /** What people find it by. */
  part: string;
  names: readonly string[];
  rows: AsyncGenerator<SheetRow>;
}

/**
 * The rows of a workbook, of all its sheets that are not empty: each begins with the same header. Formulas are not
 * computed; the result that was saved counts.
 *
 * @param file its name, where it is one of several
 * @throws AppError `bad_import_file`, `import_too_large`; while rows are read, too
 */
export async function xlsxRows(
  zip: ZipFile,
  limits: SheetLimits,
  written: WrittenAs,
  file?: string,
): Promise<FileRows> {
  if ((written.format ?? 'xlsx') !== 'xlsx')
    throw badFile(`it was said to be ${written.format}, and is XLSX`);
  const workbook = await openWorkbook(zip, limits);
  const namesOf = written.namesOf ?? ((header: readonly string[]) => header);
  const several = workbook.sheets.length > 1;
  const partOf = (sheet: string) => {
    if (file === undefined) return sheet;
    return several ? `${file}, ${sheet}` : file;
  };

  async function* sheets(): AsyncGenerator<Sheet> {
    for (const { name, path } of workbook.sheets) {
      const part = zip.read(path);
      if (part === undefined) throw badFile('it is no workbook that Excel opens');
      try {
        const rows = sheetRows(part, workbook, limits);
        const header = await firstRow(rows);
        if (header !== undefined) yield { part: partOf(name), names: namesOf(headerOf(header)), rows };
      } catch (error) {
        throw inPart(error, partOf(name));
      }
    }
  }

  const all = sheets();
  const first = await all.next();
  if (first.done === true) throw badFile('it is empty');
  const sheet = first.value;
  checkNames(sheet.names);
  // In our own files a row without a value is one; elsewhere it has a colour, or held something once.
  const skipsBlank = written.options === undefined;

  async function* rows(): AsyncGenerator<FileRow> {
    yield* rowsOf(sheet, { several, skipsBlank });
    for await (const next of all) {
      try {
        checkSameNames(next.names, sheet.names);
      } catch (error) {
        throw inPart(error, next.part);
      }
      yield* rowsOf(next, { several, skipsBlank });
    }
  }
  const close = async () => {
    await sheet.rows.return(undefined);
    await all.return(undefined);
  };
  return { format: 'xlsx', header: sheet.names, rows: rows(), close };
}

/** Undefined in an empty sheet. */
async function firstRow(rows: AsyncGenerator<SheetRow>): Promise<SheetRow | undefined> {
  for (let next = await rows.next(); next.done !== true; next = await rows.next()) {
    if (next.value.values.length > 0) return next.value;
  }
  return undefined;
}

function headerOf({ line, values }: SheetRow): string[] {
  if (typeof values === 'string') throw badFile(`of its header ${values}`, { line });
  // Not by map, which leaves holes as they are.
  return Array.from(values, (name, index) => {
    if (name === undefined || name === '') {
      throw badFile(`its column ${columnLetters(index)} has no name`, { line });
    }
    return name;
  });
}

async function* rowsOf(
  { part, names, rows }: Sheet,
  { several, skipsBlank }: { several: boolean; skipsBlank: boolean },
): AsyncGenerator<FileRow> {
  const place = several ? { part } : {};
  try {
    for await (const { line, values } of rows) {
      if (skipsBlank && values.length === 0) continue;
      yield { line, ...place, cells: cellsOf(names, values) };
    }
  } catch (error) {
    throw inPart(error, part);
  }
}

function cellsOf(names: readonly string[], values: SheetRow['values']): FileRow['cells'] {
  if (typeof values === 'string') return values;
  const joined = values.length > names.length ? joinLongTexts(names, values) : values;
  if (joined === undefined) return `it has ${values.length} cells, and the header has ${names.length}`;
  const cells: Record<string, Cell> = {};
  for (const [index, name] of names.entries()) cells[name] = joined[index] ?? null;
  return cells;
}
