import { escapeIdentifier } from 'pg';
import type { Column, FileColumn } from './column.ts';
import type { Dataset, DatasetColumn, Role, SqlQuery } from './dataset.ts';

/** A dataset as one role gets it. */
export interface DatasetView {
  /** In the order of the file. */
  columns: readonly (Column & FileColumn)[];
  /** Names of the columns that this role does without. */
  leftOut: readonly string[];
  transform?: Dataset['transform'] | undefined;
  query(this: void, params: Record<string, unknown>): SqlQuery;
}

/**
 * Decides which columns a role gets, the one place that does: exports, previews, estimates and the list of datasets all go
 * by it. What the role may not see is masked or left out by PostgreSQL, and never sent.
 */
export function viewFor(dataset: Dataset, role: Role): DatasetView {
  const { transform } = dataset;
  const open = ({ needs }: DatasetColumn) => needs === undefined || needs === role;
  const shown = dataset.columns.filter((column) => open(column) || column.mask !== undefined);
  const columns = shown.map((column) => {
    const { name, type, description } = column;
    return { name, type, description, masked: !open(column) };
  });
  const leftOut = dataset.columns.filter((column) => !shown.includes(column)).map(({ name }) => name);
  if (dataset.columns.every(open)) return { columns, leftOut, transform, query: dataset.query };
  const list = shown.map((column) => (open(column) ? escapeIdentifier(column.name) : masked(column)));
  const query = (params: Record<string, unknown>) => {
    const { text, values } = dataset.query(params);
    const inner = text.replace(/;\s*$/, '');
    // Around the whole query: it filters and sorts by the true values, and PostgreSQL keeps the order of a sorted
    // subquery. By name, so that a column can never come under another's.
    return {
      text: `select ${list.join(', ')} from (\n${inner}\n) as ${escapeIdentifier(dataset.name)}`,
      values,
    };
  };
  return { columns, leftOut, transform, query };
}

/** Inside a CASE PostgreSQL takes no function that returns several rows, and drops the CASE when it plans. */
function masked({ name, mask = 'null' }: DatasetColumn): string {
  return `case when true then (${mask}\n) end as ${escapeIdentifier(name)}`;
}
