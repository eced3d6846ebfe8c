import type { Column } from './column.ts';

/** What a query of changes is told. */
export interface ChangesContext {
  /** The snapshot of the export before, for `$n::pg_snapshot`. The first export has one to which every row is new. */
  since: string;
}

/** Behind the columns of the dataset, in a file of changes. */
export const CHANGE_COLUMN = {
  name: 'change',
  label: 'Change',
  type: 'text',
  description: 'What became of the row since the export before: added, changed or removed.',
} as const satisfies Column;

/** To it nothing was there. */
export const BEFORE_ALL = '1:1:';
