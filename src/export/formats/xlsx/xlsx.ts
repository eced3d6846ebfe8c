import { AppError } from '../../../errors.ts';
import type { Column } from '../../column.ts';
import { headerOf } from '../field-text.ts';
import type { EncoderInput, Format, Piece, RowEncoder, TextRow } from '../format.ts';
import { cell, MAX_CELL_CHARACTERS, textCell } from './cell.ts';
import { longTextPieces } from './long-text.ts';
import { STYLES, stylesXml } from './styles.ts';
import { contentTypesXml, packageRelsXml, workbookRelsXml, workbookXml } from './workbook.ts';

/** Rows of a sheet in Excel, the header among them. */
const MAX_SHEET_ROWS = 1_048_576;
/** Columns of a sheet in Excel; it opens no workbook that has more. */
const MAX_SHEET_COLUMNS = 16_384;
/** Rows that the width of a column goes by. */
const SAMPLE_ROWS = 16;
/** Of a batch, so that wide rows come to no string that is longer than one may be. */
const PIECE_CHARACTERS = 1024 * 1024;
const WIDTH = { least: 8, most: 60, padding: 2 };

/** An Excel workbook, in Office Open XML. docs/formats.md says what becomes of which value. */
export const xlsx: Format<readonly Piece[]> = {
  name: 'xlsx',
  extension: 'xlsx',
  contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  text: false,
  archive: true,
  bytesPerCsvByte: 0.5,
  options: ['preset', 'columns', 'sort', 'since', 'headers', 'dateFormat', 'timeZone', 'rowsPerFile'],
  createEncoder: (input) => new XlsxEncoder(input),
};

/**
 * The files of a workbook one after the other, so that nothing is held back: the list of sheets comes last, when their
 * number is known. A new sheet begins where one is full.
 */
export class XlsxEncoder implements RowEncoder<readonly Piece[]> {
  readonly #input: EncoderInput;
  readonly #maxSheetRows: number;
  readonly #letters: string[];
  #sheets = 0;
  /** The last row of the sheet that is written; 0 before the first. */
  #row = 0;
  #columnsXml = '';

  constructor(input: EncoderInput, maxSheetRows = MAX_SHEET_ROWS) {
    this.#input = input;
    this.#maxSheetRows = maxSheetRows;
    this.#letters = input.columns.map((_, index) => columnLetters(index));
  }

  start(): readonly Piece[] {
    return [
      { entry: '[Content_Types].xml' },
      contentTypesXml,
      { entry: '_rels/.rels' },
      packageRelsXml,
      { entry: 'xl/styles.xml' },
      stylesXml(this.#input.settings),
    ];
  }

  batch(rows: readonly TextRow[]): readonly Piece[] {
    if (rows.length === 0) return [];
    const pieces: Piece[] = [];
    let xml = '';
    const turnPage = () => {
      if (xml !== '') pieces.push(xml);
      xml = '';
      pieces.push(...this.#nextSheet(rows));
    };
    for (const row of rows) {
      if (this.#row === 0 || this.#row === this.#maxSheetRows) turnPage();
      xml += this.#rowXml(row);
      if (xml.length < PIECE_CHARACTERS) continue;
      pieces.push(xml);
      xml = '';
    }
    pieces.push(xml);
    return pieces;
  }

  end(): readonly Piece[] {
    const pieces = this.#sheets === 0 ? this.#nextSheet([]) : [];
    const { title } = this.#input;
    return [
      ...pieces,
      SHEET_END,
      { entry: 'xl/workbook.xml' },
      workbookXml(title, this.#sheets),
      { entry: 'xl/_rels/workbook.xml.rels' },
      workbookRelsXml(this.#sheets),
    ];
  }

  /** Ends the sheet that is open, if any, and begins the next, with its header. */
  #nextSheet(rows: readonly TextRow[]): Piece[] {
    const { columns, settings } = this.#input;
    const before = this.#sheets === 0 ? [] : [SHEET_END];
    if (this.#sheets === 0) this.#columnsXml = columnsXml(this.#input, rows);
    this.#sheets++;
    this.#row = 1;
    const header = columns.map((column, index) =>
      textCell(`${this.#letters[index] ?? ''}1`, headerOf(column, settings), STYLES.header),
    );
    const xml = `${SHEET_BEGIN}${this.#columnsXml}<sheetData><row r="1">${header.join('')}</row>`;
    return [...before, { entry: `xl/worksheets/sheet${this.#sheets}.xml` }, xml];
  }

  #rowXml(row: TextRow): string {
    const { columns } = this.#input;
    const number = ++this.#row;
    let xml = `<row r="${number}">`;
    let rest: string[] | undefined;
    for (let index = 0; index < row.length; index++) {
      const value = row[index];
      const column = columns[index];
      if (value === null || value === undefined || column === undefined) continue;
      const ref = `${this.#letters[index] ?? ''}${number}`;
      if (value.length <= MAX_CELL_CHARACTERS) {
        xml += cell(ref, column.type, value);
      } else {
        const [first = '', ...more] = longTextPieces(column.name, value);
        xml += textCell(ref, first);
        (rest ??= []).push(...more);
      }
    }
    if (columns.length + (rest?.length ?? 0) > MAX_SHEET_COLUMNS) {
      const message = `Row ${number} of a sheet has longer texts than the ${MAX_SHEET_COLUMNS} columns of Excel take. Take another format.`;
      throw new AppError('row_too_large', message);
    }
    rest?.forEach((piece, index) => {
      xml += textCell(`${columnLetters(columns.length + index)}${number}`, piece);
    });
    return `${xml}</row>`;
  }
}

const SHEET_BEGIN =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
  '<sheetViews><sheetView workbookViewId="0">' +
  '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
const SHEET_END = '</sheetData></worksheet>';

/** As wide as the longest of the header and the first rows, within bounds. */
function columnsXml({ columns, settings }: EncoderInput, rows: readonly TextRow[]): string {
  const sample = rows.slice(0, SAMPLE_ROWS);
  const width = (column: Column, index: number) => {
    const lengths = sample.map((row) => row[index]?.length ?? 0);
    const longest = Math.max(headerOf(column, settings).length, ...lengths);
    return Math.min(Math.max(longest, WIDTH.least), WIDTH.most) + WIDTH.padding;
  };
  const cols = columns.map(
    (column, index) =>
      `<col min="${index + 1}" max="${index + 1}" width="${width(column, index)}" customWidth="1"/>`,
  );
  return `<cols>${cols.join('')}</cols>`;
}

/** 0 is A, 25 Z, 26 AA. */
function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}
