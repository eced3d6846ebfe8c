import { badFile } from '../bad-file.ts';
import type { ReadLimits } from '../read-limits.ts';
import { cellText } from './cell-text.ts';
import type { WrittenCell } from './cell-text.ts';
import type { Workbook } from './workbook.ts';
import { readXml } from './xml-reader.ts';
import type { XmlHandler } from './xml-reader.ts';

export interface SheetRow {
  /** As the sheet counts it, from 1. */
  line: number;
  /** By place from 0, as far as there are any; undefined where there is none. Or what is wrong with one. */
  values: readonly (string | undefined)[] | string;
}

/** Columns of a sheet in Excel. */
const MAX_COLUMNS = 16_384;
const REFERENCE = /^([A-Z]{1,3})\d{0,7}$/;

/**
 * Rows of a sheet as they come, those without a value among them.
 *
 * @throws AppError `bad_import_file` with the row
 */
export async function* sheetRows(
  source: AsyncIterable<Buffer>,
  workbook: Workbook,
  { maxRowBytes }: Pick<ReadLimits, 'maxRowBytes'>,
): AsyncGenerator<SheetRow> {
  const reader = new SheetReader(workbook, maxRowBytes);
  for await (const _ of readXml(source, reader, maxRowBytes)) yield* reader.take();
}

class SheetReader implements XmlHandler {
  readonly #workbook: Workbook;
  readonly #maxRowBytes: number;
  #rows: SheetRow[] = [];
  #line = 0;
  #values: (string | undefined)[] = [];
  #wrong: string | undefined;
  #rowBytes = 0;
  /** Place of the last cell of the row. */
  #column = -1;
  #cell: WrittenCell | undefined;
  /** What the text that comes belongs to. */
  #inside: 'value' | 'text' | undefined;
  #phonetic = false;

  constructor(workbook: Workbook, maxRowBytes: number) {
    this.#workbook = workbook;
    this.#maxRowBytes = maxRowBytes;
  }

  /** The rows that are whole by now. */
  take(): SheetRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') this.#openRow(attributes['r']);
    else if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') this.#inside = 'value';
    else if (name === 'rPh') this.#phonetic = true;
    else if (name === 't' && !this.#phonetic) this.#inside = 'text';
  }

  text(text: string): void {
    if (this.#inside === undefined || this.#cell === undefined) return;
    this.#count(text.length);
    this.#cell[this.#inside] += text;
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#inside = undefined;
    else if (name === 'rPh') this.#phonetic = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#closeRow();
  }

  #openRow(number: string | undefined): void {
    this.#line = number === undefined ? this.#line + 1 : Number(number);
    this.#values = [];
    this.#wrong = undefined;
    this.#rowBytes = 0;
    this.#column = -1;
  }

  #openCell({ r: reference, t: type = 'n', s: style = '0' }: Readonly<Record<string, string>>): void {
    const column = reference === undefined ? this.#column + 1 : columnOf(reference);
    if (column === undefined || column <= this.#column || column >= MAX_COLUMNS) {
      throw badFile(`the cells of a row are in no order that Excel knows`, { line: this.#line });
    }
    this.#column = column;
    this.#cell = { type, style: Number(style), value: '', text: '' };
  }

  #closeCell(): void {
    if (this.#cell === undefined) return;
    const read = cellText(this.#cell, this.#workbook);
    this.#cell = undefined;
    if (read === undefined) return;
    if ('wrong' in read) {
      this.#wrong ??= `${columnLetters(this.#column)}${this.#line} ${read.wrong}`;
      return;
    }
    // A text that is shared is as long in each cell.
    this.#count(read.text.length);
    this.#values[this.#column] = read.text;
  }

  #closeRow(): void {
    this.#rows.push({ line: this.#line, values: this.#wrong ?? this.#values });
  }

  #count(bytes: number): void {
    this.#rowBytes += bytes;
    if (this.#rowBytes <= 2 * this.#maxRowBytes) return;
    const reason = `a row has more than ${this.#maxRowBytes} bytes (IMPORT_MAX_ROW_BYTES)`;
    throw badFile(reason, { line: this.#line });
  }
}

/** A is 0; undefined for what is no place. */
function columnOf(reference: string): number | undefined {
  const [, letters] = REFERENCE.exec(reference) ?? [];
  if (letters === undefined) return undefined;
  let number = 0;
  for (const letter of letters) number = number * 26 + letter.charCodeAt(0) - 64;
  return number - 1;
}

/** 0 is A, 25 Z, 26 AA. */
export function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}
