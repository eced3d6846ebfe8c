import { z } from 'zod';

/** In which orders the rows of a dataset may be had. Every word of SQL is the author's: a request only names columns. */
export interface DatasetSort {
  /** The columns that a request may name, each with the expression that is compared, as the query knows it. */
  by: Readonly<Record<string, string>>;
  /** What holds where a request says nothing: columns, with a `-` before one that descends. */
  default: readonly [string, ...string[]];
  /**
   * Ends every order, so that there is only one: an expression that is different for each row and never NULL. It goes the
   * way of the column before it, so that one index serves both directions.
   */
  tieBreak: string;
}

/** What a `sort` has to be, for those who write one without types. */
export const sortShape = z.object({
  by: z.record(z.string(), z.string().min(1)),
  default: z.array(z.string()).min(1),
  tieBreak: z.string().min(1),
});

/** What no schema can say. */
export function sortContradictions(sort: DatasetSort | undefined, columns: readonly string[]): string[] {
  if (sort === undefined) return [];
  const named = sort.default.map((key) => sortKey(key).column);
  return [
    ...Object.keys(sort.by)
      .filter((name) => !columns.includes(name))
      .map((name) => `sort.by: "${name}" is not one of columns`),
    ...named
      .filter((name) => !Object.hasOwn(sort.by, name))
      .map((name) => `sort.default: "${name}" is not one of sort.by`),
  ];
}

/** A column to sort by, as requests write it: `rating`, or `-rating` for the greatest first. */
export function sortKey(text: string): { column: string; descending: boolean } {
  const descending = text.startsWith('-');
  return { column: descending ? text.slice(1) : text, descending };
}

/** What a query puts behind `order by`, for keys that were checked against `sort.by`. */
export function orderBy(sort: DatasetSort, keys: readonly string[] = sort.default): string {
  const terms = keys.map(sortKey).map(({ column, descending }) => ({ term: sort.by[column], descending }));
  const last = { term: sort.tieBreak, descending: terms.at(-1)?.descending === true };
  return [...terms, last].map(({ term, descending }) => `${term}${descending ? ' desc' : ''}`).join(', ');
}
