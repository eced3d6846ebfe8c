import type { Column } from '../column.ts';

export const formatNames = ['csv', 'tsv', 'ndjson', 'json', 'xlsx', 'parquet'] as const;
export type FormatName = (typeof formatNames)[number];

/** What a file may be: rows in one of the formats, or the files of a bundle in a zip. */
export const fileFormatNames = [...formatNames, 'zip'] as const;
export type FileFormatName = (typeof fileFormatNames)[number];

export const compressionNames = ['none', 'gzip', 'zip'] as const;
export type Compression = (typeof compressionNames)[number];

/** A row as PostgreSQL sends it: the text form of each value, null for NULL. */
export type TextRow = readonly (string | null)[];

/** What PostgreSQL says of a column: the OID of its type, and its modifier, such as the digits of a numeric. */
export interface SourceField {
  dataTypeID: number;
  dataTypeModifier: number;
}

/** Begins the next file of an archive: what comes behind it is its content. */
export interface Entry {
  entry: string;
  /** It is an archive itself: entries are of it, up to the next that is one too. */
  archive?: boolean;
}

export type Piece = string | Uint8Array | Entry;

export function piecesOf(output: string | readonly Piece[]): readonly Piece[] {
  return typeof output === 'string' ? [output] : output;
}

/**
 * Writes one file, in order: start, any number of batches, end. Holds no rows back, but for those of a row group or of
 * what is bounded in another way.
 */
export interface RowEncoder<Output = string | readonly Piece[]> {
  start(): Output;
  batch(rows: readonly TextRow[]): Output;
  end(): Output;
}

/** How values and headers are written; each is an option of the same name (../export-options.ts). */
export interface FormatSettings {
  headers: 'keys' | 'labels';
  delimiter: 'comma' | 'semicolon' | 'tab' | 'pipe';
  lineEnd: 'lf' | 'crlf';
  encoding: 'utf-8' | 'utf-8-bom' | 'utf-16le';
  quoteAll: boolean;
  nullText: string;
  decimalSeparator: 'point' | 'comma';
  dateFormat: 'iso' | 'dd.mm.yyyy' | 'dd/mm/yyyy' | 'mm/dd/yyyy';
  formulaGuard: boolean;
}

/** What a format may take beside `compression`. */
export const optionNames = [
  'preset',
  'columns',
  'sort',
  'since',
  'headers',
  'delimiter',
  'lineEnd',
  'encoding',
  'quoteAll',
  'nullText',
  'decimalSeparator',
  'dateFormat',
  'timeZone',
  'formulaGuard',
  'rowsPerFile',
] as const;
type OptionName = (typeof optionNames)[number];

export interface EncoderInput {
  columns: readonly Column[];
  settings: FormatSettings;
  /** Of the dataset, for people. */
  title: string;
  /** In the order of the columns; undefined where a transform stands between them and the file. */
  fields?: readonly SourceField[] | undefined;
  /** Of the values that Parquet writes together, and holds until then (EXPORT_PARQUET_ROW_GROUP_BYTES). */
  rowGroupBytes: number;
}

/** How a file of a format is called, served and asked for. */
export interface FileFormat {
  name: FileFormatName;
  extension: string;
  contentType: string;
  /** Text, that packing makes smaller and a preview shows; otherwise it is packed already. */
  text: boolean;
  /** Several files in one, written as a zip. */
  archive: boolean;
  /** Bytes for each byte of the same rows as CSV, about: what an estimate goes by. */
  bytesPerCsvByte: number;
  /** The options that it takes, beside `compression`. */
  options: readonly OptionName[];
}

/** A format of rows. */
export interface Format<Output = string | readonly Piece[]> extends FileFormat {
  name: FormatName;
  createEncoder(input: EncoderInput): RowEncoder<Output>;
}
