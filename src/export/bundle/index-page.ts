import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { ColumnType } from '../column.ts';
import type { DatasetView } from '../dataset-view.ts';
import type { FormatName } from '../formats/format.ts';

export interface IndexPage {
  /** Of the bundle. */
  title: string;
  description: string;
  /** ISO 8601. */
  takenAt: string;
  files: readonly {
    name: string;
    description: string;
    format: FormatName;
    rows: number;
    bytes: number;
    columns: DatasetView['columns'];
  }[];
}

const eta = new Eta({ views: fileURLToPath(new URL('.', import.meta.url)), cache: true });

const howToOpen: Readonly<Record<FormatName, string>> = {
  csv: 'A table as plain text. Spreadsheets open it, such as Excel, LibreOffice Calc and Numbers, and other programs import it.',
  tsv: 'A table as plain text, with tabs between the values. Spreadsheets open it.',
  xlsx: 'A workbook. Excel, LibreOffice Calc, Numbers and Google Sheets open it.',
  json: 'For programs: a list of entries, as plain text.',
  ndjson: 'For programs: one entry a line, as plain text.',
  parquet: 'For data tools, such as DuckDB and pandas.',
};

const typeWords: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'yes or no',
  date: 'day',
  timestamp: 'time',
};

const count = new Intl.NumberFormat('en');
const size = (bytes: number) => {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)));
  const unit = units[power] ?? 'byte';
  const style = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat('en', style).format(bytes / 1000 ** power);
};
const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' });

/**
 * The page that explains a bundle to the person whose data it is: one HTML file, without scripts and without anything
 * from elsewhere. Every text is escaped.
 */
export function indexPage({ takenAt, files, ...rest }: IndexPage): string {
  return eta.render('./index-page', {
    ...rest,
    takenAt,
    takenAtInWords: `${time.format(new Date(takenAt))} UTC`,
    files: files.map(({ name, description, format, rows, bytes, columns }) => ({
      ...{ name, description, howToOpen: howToOpen[format] },
      facts: `${count.format(rows)} ${rows === 1 ? 'row' : 'rows'}, ${size(bytes)}`,
      columns: columns.map((column) => ({ ...column, type: typeWords[column.type] })),
    })),
  });
}
