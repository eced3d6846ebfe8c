import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { AppError } from '../errors.ts';
import type { ColumnType } from '../export/column.ts';
import type { Importer } from '../export/importer.ts';
import { badFile } from '../read/bad-file.ts';
import type { FileRows, ReadFormat } from '../read/file-row.ts';
import { readFileRows } from '../read/read-file.ts';
import { listed } from '../read/shown.ts';
import type { WrittenAs } from '../read/written-as.ts';
import { copyLine } from './copy-text.ts';
import type { ImportLimits } from './import-limits.ts';
import type { InvalidRow } from './import-report.ts';
import { checkHeader, presetOf, rowReader } from './row-reader.ts';
import { untilAborted } from './until-aborted.ts';

export interface StagedFile {
  format: ReadFormat;
  preset: string | null;
  rows: number;
  invalid: number;
  /** The first ones. */
  invalidRows: InvalidRow[];
  /** Those with an invalid row, by number from 0. */
  badBatches: ReadonlySet<number>;
  ignoredColumns: string[];
}

export interface StageOptions {
  /** With nothing else going on. */
  client: Client;
  importer: Pick<Importer<never>, 'columns' | 'presets'>;
  file: AsyncIterable<Buffer>;
  preset?: string | undefined;
  written: WrittenAs;
  limits: ImportLimits;
  onRows?: ((rows: number) => void) | undefined;
  signal: AbortSignal;
}

const sqlTypes: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  integer: 'bigint',
  number: 'numeric',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamptz',
};

/** COPY takes what it is given; larger pieces cost fewer messages. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * Reads a file into `pg_temp.import_rows`, in constant memory, however many rows it has. Those that are invalid stay
 * out and are counted.
 *
 * @throws AppError `bad_import_file`, `import_too_large`, `preset_unknown`
 */
export async function stageRows(options: StageOptions): Promise<StagedFile> {
  const { client, importer } = options;
  await client.query(stagingTable(importer.columns));
  const file = options.file[Symbol.asyncIterator]();
  try {
    return await stage(options, untilAborted(file, options.signal));
  } finally {
    // A file that was refused by its header has been begun, and its connection would stay open. Not awaited: of one that
    // has stalled it would take as long.
    void file.return?.().catch(() => undefined);
  }
}

async function stage(options: StageOptions, file: AsyncIterable<Buffer>): Promise<StagedFile> {
  const read = await readFileRows(file, options.limits, options.written);
  try {
    return await stageFile(options, read);
  } finally {
    await read.close();
  }
}

async function stageFile(
  { client, importer, limits, signal, onRows, ...asked }: StageOptions,
  { format, header, rows }: FileRows,
): Promise<StagedFile> {
  checkZone(format, asked.written, importer);
  const preset = presetOf(importer, header, asked.preset);
  if (header !== undefined) checkHeader(importer, header, preset);
  const badBatches = new Set<number>();
  const staged = {
    format,
    preset: preset?.name ?? null,
    rows: 0,
    invalid: 0,
    invalidRows: [] as InvalidRow[],
    badBatches,
    ignoredColumns: (header ?? []).filter((name) => preset?.ignored?.includes(name)),
  };
  const read = rowReader(importer, preset);

  async function* copyText(): AsyncGenerator<Buffer> {
    let piece = '';
    for await (const fileRow of rows) {
      const row = ++staged.rows;
      if (row > limits.maxRows) {
        throw new AppError(
          'import_too_large',
          `The file has more than ${limits.maxRows} rows (IMPORT_MAX_ROWS).`,
        );
      }
      const result = read(fileRow);
      if ('reason' in result) {
        staged.invalid++;
        badBatches.add(Math.floor((row - 1) / limits.batchRows));
        if (staged.invalid <= limits.reportRows) {
          staged.invalidRows.push({ row, line: fileRow.line, part: fileRow.part ?? null, ...result });
        }
      } else {
        piece += copyLine(row, result);
        if (piece.length < PIECE_CHARACTERS) continue;
        yield Buffer.from(piece);
        piece = '';
        onRows?.(row);
      }
    }
    yield Buffer.from(piece);
    onRows?.(staged.rows);
  }

  await pipeline(copyText, client.query(copyFrom('copy pg_temp.import_rows from stdin')), { signal });
  await client.query('analyze pg_temp.import_rows');
  return staged;
}

/** Cells of a workbook show the clock of some zone and do not say of which. */
function checkZone(
  format: ReadFormat,
  { options }: WrittenAs,
  { columns }: Pick<Importer<never>, 'columns'>,
): void {
  if (format !== 'xlsx' || (options?.timeZone ?? 'UTC') === 'UTC') return;
  const names = columns.filter(({ type }) => type === 'timestamp').map(({ name }) => name);
  if (names.length === 0) return;
  throw badFile(
    `the times in ${listed(names)} are those of ${options?.timeZone}, where an hour a year is there twice; export it in UTC`,
  );
}

function stagingTable(columns: Importer<never>['columns']): string {
  const declared = columns.map(({ name, type }) => `${escapeIdentifier(name)} ${sqlTypes[type]}`);
  return `create temporary table import_rows (import_row bigint, ${declared.join(', ')})`;
}
