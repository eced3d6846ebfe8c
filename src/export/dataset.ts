import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Column } from './column.ts';
import { formatNames } from './formats/format.ts';
import type { FormatName, TextRow } from './formats/format.ts';

export type { Column, ColumnType } from './column.ts';

/** SQL as PostgreSQL takes it: values only by `$1`, `$2` …, never pasted into the text. */
export interface SqlQuery {
  text: string;
  values: readonly unknown[];
}

export type Role = 'user' | 'admin';

export interface DatasetDefinition<Schema extends z.ZodObject> {
  /** What a request names. Also the start of the file name. */
  name: string;
  title: string;
  description: string;
  /** Who may ask. A role that is not named gets `forbidden`. */
  roles: readonly [Role, ...Role[]];
  /** What a request may say. Anything else in `params` is refused. */
  params: Schema;
  /**
   * The parameter that says whose rows these are. For a user it is filled with their own subject, and any other value
   * is forbidden; an admin names it. A dataset without one is for admins only.
   */
  subjectParam?: keyof z.output<Schema> & string;
  formats: readonly [FormatName, ...FormatName[]];
  /** The columns in the order of the query and of the file. */
  columns: readonly [Column, ...Column[]];
  query(this: void, params: z.output<Schema>): SqlQuery;
  /**
   * Changes a row before it is written: values as text, null for NULL, as many as there are columns. What SQL can do, do
   * in SQL: a dataset with a transform is several times slower.
   */
  transform?(this: void, row: TextRow): TextRow;
}

export interface Dataset extends Omit<DatasetDefinition<z.ZodObject>, 'subjectParam' | 'query'> {
  subjectParam?: string;
  query(this: void, params: Record<string, unknown>): SqlQuery;
}

const shape = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63'),
  title: z.string().min(1),
  description: z.string().min(1),
  roles: z.array(z.enum(['user', 'admin'])).min(1),
  params: z.instanceof(z.ZodObject, { error: 'must be a zod object' }),
  subjectParam: z.string().optional(),
  formats: z.array(z.enum(formatNames)).min(1),
  columns: z
    .array(
      z.object({
        name: z.string().min(1),
        type: z.enum(['text', 'integer', 'number', 'boolean', 'date', 'timestamp']),
        description: z.string().min(1),
      }),
    )
    .min(1),
  query: z.custom<Dataset['query']>((value) => typeof value === 'function', 'must be a function'),
  transform: z
    .custom<Dataset['transform']>((value) => typeof value === 'function', 'must be a function')
    .optional(),
});

/**
 * Declares what may be exported. Nothing outside a dataset can be.
 *
 * @throws AppError `bad_dataset` that says which field is wrong
 */
export function defineDataset<Schema extends z.ZodObject>(definition: DatasetDefinition<Schema>): Dataset {
  const parsed = shape.safeParse(definition);
  const problems = parsed.success
    ? contradictions(definition)
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (problems.length > 0) {
    throw new AppError('bad_dataset', `Dataset "${definition.name}" is not usable: ${problems.join('; ')}`);
  }
  // The query only ever sees what its own schema has parsed.
  return Object.freeze({ ...definition, params: definition.params.strict() });
}

function contradictions(definition: DatasetDefinition<z.ZodObject>): string[] {
  const { subjectParam, params, roles, columns } = definition;
  const problems: string[] = [];
  if (subjectParam !== undefined && !(subjectParam in params.shape)) {
    problems.push(`subjectParam: "${subjectParam}" is not one of params`);
  }
  if (subjectParam === undefined && roles.includes('user')) {
    problems.push('roles: a dataset for users needs a subjectParam, or every user would get every row');
  }
  const names = columns.map((column) => column.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) problems.push(`columns: "${twice}" is there twice`);
  return problems;
}
