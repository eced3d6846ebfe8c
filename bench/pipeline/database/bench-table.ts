/** A table of the bench's own, the same rows on every machine. */
export interface BenchTable {
  /** Of the table in the schema `bench`; says its size. */
  name: string;
  rows: number;
  /** Each of them as SQL over `n`, which counts from 1. */
  columns: Readonly<Record<string, string>>;
}

/** What every peer reads: the columns in order, no index, no sort. */
export function selectOf(table: BenchTable, limit?: number): string {
  const columns = Object.keys(table.columns).join(', ');
  return `select ${columns} from bench.${table.name}${limit === undefined ? '' : ` limit ${limit}`}`;
}

/** What makes the table: one SELECT over generate_series. */
export function definitionOf({ name, columns, rows }: BenchTable): string {
  const list = Object.entries(columns).map(([column, sql]) => `${sql} as ${column}`);
  return `create table bench.${name} as select ${list.join(',\n')} from generate_series(1::bigint, ${rows}) as n`;
}

/** Odd, so that a product modulo 2^32 meets every number once. */
const MULTIPLIERS = [2654435761, 2246822519, 3266489917, 668265263, 374761393, 1103515245];

/** A number from 0 to `count` - 1 that depends on `n` and looks like chance; each `salt` gives another. */
export function chance(salt: number, count: number): string {
  const multiplier = MULTIPLIERS[salt % MULTIPLIERS.length] ?? 1;
  // The lower bits of such a product repeat quickly.
  return `((n + ${salt}) * ${multiplier} % 4294967296 / 4096 % ${count})::int`;
}

export function oneOf(salt: number, texts: readonly string[]): string {
  const list = texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ');
  return `(array[${list}])[1 + ${chance(salt, texts.length)}]`;
}
