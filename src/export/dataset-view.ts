import { escapeIdentifier } from 'pg';
import { AppError } from '../errors.ts';
import { BEFORE_ALL, CHANGE_COLUMN } from './changes.ts';
import type { Column, FileColumn } from './column.ts';
import type { Dataset, DatasetColumn, Role, SqlQuery } from './dataset.ts';
import { orderBy, sortKey } from './dataset-sort.ts';
import type { ExportOptions } from './export-options.ts';

/** A dataset as one role gets it. */
export interface DatasetView {
  /** In the order of the file. */
  columns: readonly (Column & FileColumn & { label: string })[];
  /** Names of the columns that the query returns: those of the file, or more where a transform needs them. */
  read: readonly string[];
  /** Places in `read` of the columns of the file, where they are not the same. */
  pick?: readonly number[] | undefined;
  /** Names of the columns that this role does without. */
  leftOut: readonly string[];
  /** Names of the columns that rows may be sorted by. */
  sortable: readonly string[];
  /** Of the dataset. */
  title: string;
  transform?: Dataset['transform'] | undefined;
  /** @param since snapshot after which changes are looked for, where the file is one of changes; default: all there is */
  query(this: void, params: Record<string, unknown>, since?: string): SqlQuery;
}

/**
 * Decides which columns a role gets, the one place that does: exports, previews, estimates and the list of datasets all go
 * by it. What the role may not see is masked or left out by PostgreSQL, and never sent; nor is what was not asked for.
 *
 * @param asked.columns names of the columns that are wanted, in their order; all of them by default
 * @param asked.sort columns to sort by; the dataset's own order by default
 * @param asked.since what has changed only, with a column that says how
 * @throws AppError `column_unknown`, `sort_unknown` when the role gets no column of such a name, or no such order (any more)
 */
export function viewFor(
  dataset: Dataset,
  role: Role,
  { columns: picked, sort: keys, since }: Pick<ExportOptions, 'columns' | 'sort' | 'since'> = {},
): DatasetView {
  const { transform, title } = dataset;
  const open = ({ needs }: DatasetColumn) => needs === undefined || needs === role;
  const shown = dataset.columns.filter((column) => open(column) || column.mask !== undefined);
  const leftOut = dataset.columns.filter((column) => !shown.includes(column)).map(({ name }) => name);
  const picks = picked?.map((name) => columnNamed(name, shown, dataset)) ?? shown;
  const chosen = since === undefined ? picks : [...picks, CHANGE_COLUMN];
  const columns = chosen.map((column) => {
    const { name, type, description, label } = column;
    return { name, type, description, label: label ?? name, masked: !open(column) };
  });
  // The order of values tells of them: nobody sorts by what is masked for them.
  const sortable = Object.keys(dataset.sort?.by ?? {}).filter((name) =>
    shown.some((column) => column.name === name && open(column)),
  );
  // A transform knows the rows of the whole dataset.
  const asked = transform === undefined ? chosen : shown;
  const view = {
    columns,
    read: asked.map(({ name }) => name),
    pick: asked === chosen ? undefined : chosen.map((column) => shown.indexOf(column)),
    leftOut,
    sortable,
    title,
    transform,
  };
  const sorted = since === undefined ? sortedQuery(dataset, sortable, keys) : changesQuery(dataset);
  if (dataset.columns.every(open) && asked === shown) return { ...view, query: sorted };
  const list = asked.map((column) => (open(column) ? escapeIdentifier(column.name) : masked(column)));
  const query: DatasetView['query'] = (params, from) => {
    const { text, values } = sorted(params, from);
    const inner = text.replace(/;\s*$/, '');
    // Around the whole query: it filters and sorts by the true values, and PostgreSQL keeps the order of a sorted
    // subquery. By name, so that a column can never come under another's.
    return {
      text: `select ${list.join(', ')} from (\n${inner}\n) as ${escapeIdentifier(dataset.name)}`,
      values,
    };
  };
  return { ...view, query };
}

/** Its rows come in the order that it gives them. */
function changesQuery({ name, changes }: Dataset): DatasetView['query'] {
  if (changes === undefined) {
    throw new AppError(
      'since_unknown',
      `The dataset "${name}" does not know what has changed. Ask without since.`,
    );
  }
  return (params, since = BEFORE_ALL) => changes(params, { since });
}

function sortedQuery(
  dataset: Dataset,
  sortable: readonly string[],
  keys: readonly string[] | undefined,
): DatasetView['query'] {
  const { name, sort } = dataset;
  const unknown = keys?.find((key) => !sortable.includes(sortKey(key).column));
  if (unknown !== undefined) {
    const there = sortable.length === 0 ? 'It takes none.' : `It takes: ${sortable.join(', ')}.`;
    throw new AppError('sort_unknown', `The dataset "${name}" has no sort "${unknown}" for you. ${there}`);
  }
  if (sort === undefined) return (params) => dataset.query(params, { orderBy: '' });
  const order = orderBy(sort, keys);
  return (params) => {
    const query = dataset.query(params, { orderBy: order });
    if (query.text.includes(order)) return query;
    const message = `The query of the dataset "${name}" has nothing of the orderBy that it is given.`;
    throw new AppError('dataset_mismatch', message);
  };
}

function columnNamed(name: string, shown: readonly DatasetColumn[], dataset: Dataset): DatasetColumn {
  const column = shown.find((one) => one.name === name);
  if (column !== undefined) return column;
  const names = shown.map((one) => one.name).join(', ');
  const message = `The dataset "${dataset.name}" has no column "${name}" for you. It has: ${names}.`;
  throw new AppError('column_unknown', message);
}

/** Inside a CASE PostgreSQL takes no function that returns several rows, and drops the CASE when it plans. */
function masked({ name, mask = 'null' }: DatasetColumn): string {
  return `case when true then (${mask}\n) end as ${escapeIdentifier(name)}`;
}
