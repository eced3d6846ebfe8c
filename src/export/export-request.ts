import type { Readable } from 'node:stream';
import type { BaseExport, ChangesRange } from './changes-range.ts';
import type { EncoderChoice, EncoderSetting } from './choose-encoder.ts';
import type { ColumnType, FileColumn } from './column.ts';
import type { Asker, Dataset } from './dataset.ts';
import type { ExportLimits } from './export-limits.ts';
import type { ExportOptions } from './export-options.ts';
import type { FileFormatName, FormatName } from './formats/format.ts';
import type { Snapshot } from './source-client.ts';

export interface ExportProgress {
  rows: number;
  bytes: number;
  /** The planner's guess, taken before the first row. */
  estimatedRows: number;
}

/** The steps that take time: `read` and `store` go on side by side. */
export type ExportStep = 'connect' | 'read' | 'store';

export interface ExportRequest {
  dataset: Dataset;
  /** Decides which columns there are, and what the session of the query is told. */
  asker: Asker;
  /** Each makes a file, in one pass over the rows. */
  formats: readonly FileFormatName[];
  /** Already parsed by the dataset's schema. */
  params: Record<string, unknown>;
  /** Default: `auto`. */
  encoder?: EncoderSetting;
  /** How the files are written. Default: as the presets have it. */
  options?: ExportOptions;
  /** The last export of the same, where only changes since then are asked for. */
  base?: BaseExport | undefined;
  /** Of gzip and zip. Default: 1. */
  gzipLevel?: number;
  source: { connectionString: string; applicationName: string };
  limits: ExportLimits;
  /** Takes the file of a format. Resolves once it is stored; must consume `body` or destroy it with an error. */
  store(body: Readable, format: FileFormatName): Promise<void>;
  /** Called once before the first row and then with every batch; must be quick. */
  onProgress?: (progress: ExportProgress) => void;
  /** Runs each step, and may time it. Default: runs it. */
  step?: <T>(name: ExportStep, work: () => Promise<T>) => Promise<T>;
  signal: AbortSignal;
}

/** One of the files in the zip of a bundle. */
export interface WrittenFile {
  name: string;
  /** Name of it. */
  dataset: string;
  format: FormatName;
  options: ExportOptions;
  rows: number;
  bytes: number;
  /** Hex. */
  sha256: string;
  columns: readonly WrittenColumn[];
}

type WrittenColumn = FileColumn & { type: ColumnType };

/** The file of one format, as the store has it. */
export interface StoredFile {
  format: FileFormatName;
  /** Those that the format takes. */
  options: ExportOptions;
  bytes: number;
  /** Hex, of the file's bytes. */
  sha256: string;
  encoder: EncoderChoice;
}

export interface ExportResult {
  /** In each file. */
  rows: number;
  /** Of all files. */
  bytes: number;
  /** One for each format, in their order. */
  stored: readonly StoredFile[];
  /** Those that the files have. */
  columns: readonly WrittenColumn[];
  /** Those of a bundle: whose `columns` are theirs. */
  files?: readonly WrittenFile[];
  snapshot: Snapshot;
  /** Of a file of changes. */
  since?: ChangesRange | undefined;
}

export const runStep: NonNullable<ExportRequest['step']> = (_name, work) => work();
