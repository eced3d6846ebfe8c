import type { z } from 'zod';
import type { ChangesContext } from './changes.ts';
import type { Column } from './column.ts';
import type { DatasetSort } from './dataset-sort.ts';
import type { ExportOptions } from './export-options.ts';
import type { FileFormatName, FormatName, TextRow } from './formats/format.ts';
import type { Importer } from './importer.ts';
import type { SqlQuery } from './sql-query.ts';

export type Role = 'user' | 'admin';

/** Who asks, as a dataset's `session` sees them. Proved by their credential; no word of a request is in it. */
export interface Asker {
  tenant: string;
  subject: string;
  /** In which they ask. */
  role: Role;
}

/** What row-level security goes by: held by the transaction of one export, and gone with it. */
export interface SessionContext {
  /** The PostgreSQL role that the query runs as. Default: that of the connection. */
  role?: string;
  /** Custom settings, such as `app.user_id`, for `current_setting()`. Others are refused. */
  settings?: Readonly<Record<string, string>>;
}

/** What a query is told of a request, besides its params. */
interface QueryContext {
  /** Goes behind `order by`; empty for a dataset without `sort`. */
  orderBy: string;
}

export interface DatasetColumn extends Column {
  /** Only who asks in this role gets the values. Others do without the column, or get `mask`. */
  needs?: Role;
  /**
   * What others get in place of a value: an SQL expression over the columns of the query, such as `'***'` or
   * `left(email, 1) || '…'`. It has to be of the same shape, one value for one row.
   */
  mask?: string;
}

/** Who asks for subjects: a query must find those of this tenant alone. */
export interface SubjectScope {
  tenant: string;
}

/** Some of the subjects, for bulk exports. The query returns one column, `subject`, of text. */
export interface NamedSubjects<Schema extends z.ZodObject = z.ZodObject> {
  description: string;
  /** What a request may say. Anything else is refused. */
  params: Schema;
  query(this: void, params: z.output<Schema>, scope: SubjectScope): SqlQuery;
}

/** How the subjects of a bulk export are found. */
interface SubjectSources {
  /** All there are. */
  all?: (this: void, scope: SubjectScope) => SqlQuery;
  /** Each made by `namedSubjects`. */
  named?: Readonly<Record<string, NamedSubjects>>;
}

/** Declares some of the subjects; its query only ever sees what its own schema has parsed. */
export function namedSubjects<Schema extends z.ZodObject>(definition: NamedSubjects<Schema>): NamedSubjects {
  return Object.freeze({ ...definition, params: definition.params.strict() });
}

export interface DatasetDefinition<Schema extends z.ZodObject> {
  /** What a request names. Also the start of the file name. */
  name: string;
  title: string;
  description: string;
  /** Who may ask. A role that is not named gets `forbidden`. */
  roles: readonly [Role, ...Role[]];
  /** What a request may say. Anything else in `params` is refused. One that may be left out is a filter. */
  params: Schema;
  /**
   * The parameter that says whose rows these are. For a user it is filled with their own subject, and any other value
   * is forbidden; an admin names it. A dataset without one is for admins only.
   */
  subjectParam?: keyof z.output<Schema> & string;
  /**
   * The parameter that is filled with the tenant of who asks, whoever that is; any other value is forbidden. Rows of
   * several tenants in one database are kept apart by it.
   */
  tenantParam?: keyof z.output<Schema> & string;
  /** Where bulk exports find subjects; without it they name them one by one. Only with a `subjectParam`. */
  subjects?: SubjectSources;
  formats: readonly [FormatName, ...FormatName[]];
  /** The columns in the order of the query and of the file. */
  columns: readonly [DatasetColumn, ...DatasetColumn[]];
  /** Name of the database that is read: `replica` for SOURCE_REPLICA_DATABASE_URL. Default: SOURCE_DATABASE_URL. */
  source?: string;
  /** What PostgreSQL's row-level security is to know of the one who asks. */
  session?(this: void, asker: Asker): SessionContext;
  /** In which orders a request may have the rows. Without it there is that of the query. */
  sort?: DatasetSort;
  query(this: void, params: z.output<Schema>, context: QueryContext): SqlQuery;
  /**
   * Changes a row before it is written: values as text, null for NULL, as many as there are columns. What SQL can do, do
   * in SQL: a dataset with a transform is several times slower.
   */
  transform?(this: void, row: TextRow): TextRow;
  /**
   * Finds what has changed since an export before (`since: "last"`): rows with the dataset's columns and one more, `change`.
   * What was there at its snapshot and is not any more is `removed`, what was not there is `added`; a row that is another
   * now is both, or is `changed` where a key says which one it was. docs/datasets.md shows how tables remember that.
   * Without it there is only the whole.
   */
  changes?(this: void, params: z.output<Schema>, context: ChangesContext): SqlQuery;
  /** How rows of a file come back into the tables. Without it the dataset cannot be imported. */
  importer?: Importer<z.output<Schema>>;
}

/** One of the files of a bundle. */
export interface BundleFile {
  /** In the zip. */
  name: string;
  /** Whose rows it holds. */
  dataset: Dataset;
  format: FormatName;
  options: ExportOptions;
  /** What it is, for people. */
  description: string;
  /** Those of its dataset, as its schema parses them, by those of the bundle. */
  params(this: void, params: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

export interface Dataset extends Omit<
  DatasetDefinition<z.ZodObject>,
  'subjectParam' | 'tenantParam' | 'formats' | 'columns' | 'query' | 'changes' | 'importer'
> {
  subjectParam?: string;
  tenantParam?: string;
  formats: readonly [FileFormatName, ...FileFormatName[]];
  columns: readonly DatasetColumn[];
  /** Of a bundle, which has no columns and no query but theirs (bundle/bundle.ts). */
  files?: readonly BundleFile[];
  importer?: Importer<Record<string, unknown>>;
  changes?(this: void, params: Record<string, unknown>, context: ChangesContext): SqlQuery;
  query(this: void, params: Record<string, unknown>, context: QueryContext): SqlQuery;
}

/** What is made where a request names no format. */
export function defaultFormat({ formats }: Pick<Dataset, 'formats'>): FileFormatName {
  return formats.find((name) => name === 'csv') ?? formats[0];
}
