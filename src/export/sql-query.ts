/** SQL as PostgreSQL takes it: values only by `$1`, `$2` …, never pasted into the text. */
export interface SqlQuery {
  text: string;
  values: readonly unknown[];
}
