import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AppError, codeOf } from '../errors.ts';
import { importParams } from '../export/importer.ts';
import { sourceOf } from '../export/sources.ts';
import type { ImportReport, OnInvalid } from '../import/import-report.ts';
import { runImport } from '../import/run-import.ts';
import type { FileForm } from '../import/written-as-of.ts';
import { shutdownRequested } from '../shutdown.ts';
import { chooseDataset } from './choose-export.ts';
import type { TypedExport } from './choose-export.ts';
import { projectDatasets, withContext } from './context.ts';
import { formatCount } from './format-numbers.ts';
import { importLimits } from './import-limits.ts';

export interface ImportFileOptions extends Pick<TypedExport, 'dataset' | 'params' | 'as'>, FileForm {
  /** `-` is standard input. */
  path: string;
  preset: string | undefined;
  onInvalid: OnInvalid;
  dryRun: boolean;
}

/** Rows between two lines that say how far it is. */
const NOTE_ROWS = 1_000_000;

/** `rowferry import`: the worker's way of a file into the tables, without queue and storage. */
export function importFile(options: ImportFileOptions, note: (line: string) => void): Promise<ImportReport> {
  return withContext('rowferry-import', async ({ config, endpoints }) => {
    const { dataset, params, asker } = chooseDataset(await projectDatasets(config), options, importParams);
    const interrupted = new AbortController();
    void shutdownRequested().then((signal) => {
      interrupted.abort(new AppError('interrupted', `Interrupted by ${signal}; nothing was written.`));
    });
    const { path, preset, format, options: written, onInvalid, dryRun } = options;
    const file = await openFile(path);
    let noted = 0;
    try {
      return await runImport({
        dataset,
        asker,
        params,
        file,
        preset,
        format,
        options: written,
        onInvalid,
        dryRun,
        target: {
          connectionString: config.IMPORT_DATABASE_URL ?? sourceOf(endpoints.sources, dataset),
          applicationName: 'rowferry-import',
        },
        limits: importLimits(config),
        onRows: (rows) => {
          if (rows < noted + NOTE_ROWS) return;
          noted = rows - (rows % NOTE_ROWS);
          note(`${formatCount(noted)} rows read`);
        },
        signal: interrupted.signal,
      });
    } finally {
      file.destroy();
    }
  });
}

async function openFile(path: string): Promise<Readable> {
  if (path === '-') return process.stdin;
  try {
    const handle = await open(path);
    if ((await handle.stat()).isDirectory()) {
      await handle.close();
      throw new AppError('not_read', `${path} is a folder.`);
    }
    return handle.createReadStream();
  } catch (error) {
    const reason = { ENOENT: 'there is no such file', EACCES: 'there is no permission' }[codeOf(error) ?? ''];
    if (reason === undefined) throw error;
    throw new AppError('not_read', `${path} was not read: ${reason}.`, { cause: error });
  }
}

/** The report in words. */
export function describeReport(report: ImportReport, dryRun: boolean): string[] {
  const { rows, duplicate, invalid, withheld, written, invalidRows, ignoredColumns, preset, format } = report;
  const more = invalid - invalidRows.length;
  return [
    `read       ${formatCount(rows)} rows of ${format}${preset === null ? '' : `, as a file of ${preset}`}`,
    `new        ${formatCount(report.new)}`,
    `duplicate  ${formatCount(duplicate)}`,
    `invalid    ${formatCount(invalid)}`,
    ...invalidRows.map(({ row, line, part, column, reason }) => {
      const place = part === null ? '' : ` of ${part}`;
      return `  row ${row}, line ${line}${place}: ${column === null ? '' : `${column} `}${reason}`;
    }),
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
    ...(ignoredColumns.length > 0 ? [`left out   the columns ${ignoredColumns.join(', ')}`] : []),
    ...(withheld > 0 ? [`withheld   ${formatCount(withheld)} new rows, for those that are invalid`] : []),
    dryRun ? 'written    nothing: this was a dry run' : `written    ${formatCount(written)}`,
  ];
}
