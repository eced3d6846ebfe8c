import { z } from 'zod';
import { columnTypes } from './column.ts';
import type { ColumnType } from './column.ts';
import type { SqlQuery } from './sql-query.ts';

/** The column that rowferry adds to the staging table. */
const ROW_COLUMN = 'import_row';

/** A column that a file to import may have, and what its values have to be. */
export interface ImportColumn {
  name: string;
  type: ColumnType;
  /** A row without a value is invalid, and a file without the column is refused. */
  required?: boolean;
  /** Least and greatest value, for numbers. */
  min?: number;
  max?: number;
}

/** A file of another program, read as rows of this dataset. */
export interface ImportPreset {
  /** What `--preset` names: lower-case letters, digits and dashes. */
  name: string;
  /** For people: whose file it is. */
  title: string;
  /** By these columns its files are known: a header that has all of them is this preset's. */
  header: readonly [string, ...string[]];
  /** Further columns that such files may have. Any other is refused. */
  optional?: readonly string[];
  /** Columns that are read past, since these rows have no place for them. The report names those a file has. */
  ignored?: readonly string[];
  /**
   * Values of the importer's columns, as text, null or nothing for none. They are checked like those of any other file.
   *
   * @param cells what the row holds, by column; null for an empty cell
   * @param refuse makes the row invalid, for this reason
   */
  row(
    this: void,
    cells: Readonly<Record<string, string | null>>,
    refuse: (reason: string) => never,
  ): Readonly<Record<string, string | null | undefined>>;
}

/**
 * How rows come back in. The file is staged in `pg_temp.import_rows`: `import_row`, a bigint that counts its rows from 1,
 * and the columns below. The SQL is the dataset's own; of a file it sees nothing but that table.
 */
export interface Importer<Params> {
  columns: readonly [ImportColumn, ...ImportColumn[]];
  presets?: readonly ImportPreset[];
  /**
   * Selects `import_row` of what is in the tables already. It has to count: where a file has a row three times and the
   * tables have it twice, two are duplicates. It writes nothing, also in a dry run, which is a read-only transaction.
   */
  duplicates(this: void, params: Params): SqlQuery;
  /**
   * Adds what `pg_temp.import_rows` then still holds. The last statement adds the rows themselves; another number of rows
   * than there were fails the import. Nothing else writes for the same params meanwhile, as far as imports go.
   */
  write(this: void, params: Params): readonly [SqlQuery, ...SqlQuery[]];
}

const isFunction = (value: unknown) => typeof value === 'function';

/** What an importer has to be, for those who write one without types. */
export const importerShape = z.object({
  columns: z
    .array(
      z.object({
        name: z.string().min(1),
        type: z.enum(columnTypes),
        required: z.boolean().optional(),
        min: z.number().optional(),
        max: z.number().optional(),
      }),
    )
    .min(1),
  presets: z
    .array(
      z.object({
        name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63'),
        title: z.string().min(1),
        header: z.array(z.string().min(1)).min(1),
        optional: z.array(z.string().min(1)).optional(),
        ignored: z.array(z.string().min(1)).optional(),
        row: z.custom(isFunction, 'must be a function'),
      }),
    )
    .optional(),
  duplicates: z.custom(isFunction, 'must be a function'),
  write: z.custom(isFunction, 'must be a function'),
});

/** Whether a param may be left out, and nothing stands in for it then. */
export function isFilter(schema: z.ZodType): boolean {
  const left = schema.safeParse(undefined);
  return left.success && left.data === undefined;
}

/**
 * What an import may say of a dataset's params. Those that may be left out choose rows of an export; a file comes in whole,
 * so an import with one of them would not do what it says.
 */
export function importParams(params: z.ZodObject): z.ZodObject {
  return z.strictObject(
    Object.fromEntries(Object.entries(params.shape).filter(([, schema]) => !isFilter(schema as z.ZodType))),
  );
}

/** What no schema can say. */
export function importContradictions(
  importer: Pick<Importer<never>, 'columns' | 'presets'> | undefined,
): string[] {
  if (importer === undefined) return [];
  const columns = [...importer.columns.map(({ name }) => name), ROW_COLUMN];
  const presets = (importer.presets ?? []).map(({ name }) => name);
  const twice = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index);
  return [
    ...twice(columns).map((name) => `importer.columns: "${name}" is there twice`),
    ...twice(presets).map((name) => `importer.presets: "${name}" is there twice`),
  ];
}
