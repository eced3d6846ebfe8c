import { Readable } from 'node:stream';
import { dataset as diary } from '../../datasets/diary.ts';
import type { ExportOptions } from '../../src/export/export-options.ts';
import type { FormatName } from '../../src/export/formats/format.ts';
import type { ImportLimits } from '../../src/import/import-limits.ts';
import type { ImportReport } from '../../src/import/import-report.ts';
import { runImport } from '../../src/import/run-import.ts';
import type { ImportRequest } from '../../src/import/run-import.ts';
import { ADMIN, runTestExport } from './run-test-export.ts';

export const testImportLimits: ImportLimits = {
  maxBytes: 1024 ** 3,
  maxRows: 10_000_000,
  maxRowBytes: 1024 ** 2,
  maxArchiveBytes: 64 * 1024 ** 2,
  maxArchiveFiles: 100,
  maxSharedTextBytes: 16 * 1024 ** 2,
  batchRows: 10,
  reportRows: 100,
  deadlineMs: 60_000,
};

type Overrides = Partial<Omit<ImportRequest, 'target' | 'limits' | 'file'>> & {
  connectionString: string;
  file: string | Buffer | Readable;
  userId: number;
  limits?: Partial<ImportLimits>;
  /** The file comes in pieces of so many bytes. */
  pieceBytes?: number;
};

/** Imports a diary from memory. */
export function runTestImport(overrides: Overrides): Promise<ImportReport> {
  const { connectionString, file, userId, limits, pieceBytes, ...rest } = overrides;
  return runImport({
    dataset: diary,
    asker: ADMIN,
    params: { userId: String(userId) },
    file: file instanceof Readable ? file : pieces(Buffer.from(file), pieceBytes),
    onInvalid: 'reject-file',
    dryRun: false,
    target: { connectionString, applicationName: 'rowferry-import under-test' },
    limits: { ...testImportLimits, ...limits },
    signal: new AbortController().signal,
    ...rest,
  });
}

function pieces(file: Buffer, bytes = 64 * 1024): Readable {
  const all: Buffer[] = [];
  for (let at = 0; at < file.length; at += bytes) all.push(file.subarray(at, at + bytes));
  return Readable.from(all);
}

/** A diary as its owner exports it. */
export async function exportDiary(
  connectionString: string,
  userId: number,
  { format = 'csv', options }: { format?: FormatName; options?: ExportOptions | undefined } = {},
): Promise<Buffer> {
  const params = { userId: String(userId) };
  const asked = { connectionString, dataset: diary, params, format };
  return (await runTestExport(options === undefined ? asked : { ...asked, options })).content;
}
