import type { Column } from '../column.ts';

export const formatNames = ['csv', 'json'] as const;
export type FormatName = (typeof formatNames)[number];

export const compressionNames = ['none', 'gzip'] as const;
export type Compression = (typeof compressionNames)[number];

/** A row as PostgreSQL sends it: the text form of each value, null for NULL. */
export type TextRow = readonly (string | null)[];

/** Writes one file, in order: start, any number of batches, end. Holds no rows back. */
export interface RowEncoder {
  start(): string;
  batch(rows: readonly TextRow[]): string;
  end(): string;
}

export interface Format {
  name: FormatName;
  extension: string;
  contentType: string;
  /** True when the byte path writes the very same file from plain columns (../byte-path). */
  bytePath: boolean;
  createEncoder(columns: readonly Column[]): RowEncoder;
}
