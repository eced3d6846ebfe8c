import type { ReadLimits } from '../read/read-limits.ts';

/** What the settings allow one import. */
export interface ImportLimits extends ReadLimits {
  maxRows: number;
  /** Rows of a batch, for `reject-batch`. */
  batchRows: number;
  /** Invalid rows that the report lists; the others are counted. */
  reportRows: number;
  /** After it PostgreSQL ends the statement that is running, in milliseconds. */
  deadlineMs: number;
}
