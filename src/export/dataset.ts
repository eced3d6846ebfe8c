import { z } from 'zod';
import { AppError } from '../errors.ts';
import { CHANGE_COLUMN } from './changes.ts';
import { columnTypes } from './column.ts';
import type { Dataset, DatasetDefinition, NamedSubjects, Role, SubjectScope } from './dataset-definition.ts';
import { sortContradictions, sortShape } from './dataset-sort.ts';
import { formatNames } from './formats/format.ts';
import { importerShape, importContradictions } from './importer.ts';
import type { SqlQuery } from './sql-query.ts';

export type { Column, ColumnType } from './column.ts';
export type {
  Asker,
  BundleFile,
  Dataset,
  DatasetColumn,
  DatasetDefinition,
  NamedSubjects,
  Role,
  SessionContext,
} from './dataset-definition.ts';
export { defaultFormat, namedSubjects } from './dataset-definition.ts';
export type { ImportPreset } from './importer.ts';
export type { SqlQuery } from './sql-query.ts';

/** What can be part of a setting's name, with `_` for `-`. */
const SOURCE_NAME = /^[a-z][a-z0-9-]{0,39}$/;

const isFunction = (value: unknown) => typeof value === 'function';

/** What datasets and bundles have in common. */
export const commonShape = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63'),
  title: z.string().min(1),
  description: z.string().min(1),
  roles: z.array(z.enum(['user', 'admin'])).min(1),
  params: z.instanceof(z.ZodObject, { error: 'must be a zod object' }),
  subjectParam: z.string().optional(),
  tenantParam: z.string().optional(),
  subjects: z
    .object({
      all: z.custom<(scope: SubjectScope) => SqlQuery>(isFunction, 'must be a function').optional(),
      named: z
        .record(
          z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63'),
          z.object({
            description: z.string().min(1),
            params: z.instanceof(z.ZodObject, { error: 'must be a zod object' }),
            query: z.custom<NamedSubjects['query']>(isFunction, 'must be a function'),
          }),
        )
        .optional(),
    })
    .optional(),
});

const shape = commonShape.extend({
  formats: z.array(z.enum(formatNames)).min(1),
  columns: z
    .array(
      z.object({
        name: z.string().min(1),
        type: z.enum(columnTypes),
        description: z.string().min(1),
        label: z.string().min(1).optional(),
        needs: z.enum(['user', 'admin']).optional(),
        mask: z.string().min(1).optional(),
      }),
    )
    .min(1),
  source: z.string().regex(SOURCE_NAME, 'lower-case letters, digits and dashes, at most 40').optional(),
  session: z.custom<Dataset['session']>(isFunction, 'must be a function').optional(),
  sort: sortShape.optional(),
  query: z.custom<Dataset['query']>(isFunction, 'must be a function'),
  transform: z.custom<Dataset['transform']>(isFunction, 'must be a function').optional(),
  changes: z.custom<Dataset['changes']>(isFunction, 'must be a function').optional(),
  importer: importerShape.optional(),
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

/** Between what datasets and bundles have in common. */
export function commonContradictions(
  definition: Pick<
    DatasetDefinition<z.ZodObject>,
    'subjectParam' | 'tenantParam' | 'params' | 'roles' | 'subjects'
  >,
): string[] {
  const { subjectParam, tenantParam, params, roles } = definition;
  const problems: string[] = [];
  if (subjectParam !== undefined && !(subjectParam in params.shape)) {
    problems.push(`subjectParam: "${subjectParam}" is not one of params`);
  }
  if (tenantParam !== undefined && !(tenantParam in params.shape)) {
    problems.push(`tenantParam: "${tenantParam}" is not one of params`);
  }
  if (subjectParam === undefined && roles.includes('user')) {
    problems.push('roles: a dataset for users needs a subjectParam, or every user would get every row');
  }
  if (subjectParam === undefined && definition.subjects !== undefined) {
    problems.push('subjects: a dataset without a subjectParam has none');
  }
  return problems;
}

function contradictions(definition: DatasetDefinition<z.ZodObject>): string[] {
  const { columns } = definition;
  const problems = commonContradictions(definition);
  const names = columns.map((column) => column.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) problems.push(`columns: "${twice}" is there twice`);
  if (definition.changes !== undefined && names.includes(CHANGE_COLUMN.name)) {
    problems.push(`columns: "${CHANGE_COLUMN.name}" is what a file of changes says itself`);
  }
  if (definition.changes !== undefined && definition.transform !== undefined) {
    problems.push('changes: does not go with a transform, which would get rows of another width');
  }
  return [
    ...problems,
    ...sortContradictions(definition.sort, names),
    ...rightsContradictions(definition),
    ...importContradictions(definition.importer),
  ];
}

function rightsContradictions({ columns, roles, transform }: DatasetDefinition<z.ZodObject>): string[] {
  const problems = columns.flatMap(({ name, needs, mask }) => [
    ...(mask !== undefined && needs === undefined ? [`columns: "${name}" has a mask, but no needs`] : []),
    ...(needs !== undefined && !roles.includes(needs)
      ? [`columns: "${name}" needs the role ${needs}, which the dataset is not for`]
      : []),
  ]);
  const leftOut = (role: Role) =>
    columns.filter(({ needs, mask }) => needs !== undefined && needs !== role && mask === undefined);
  for (const role of roles) {
    if (leftOut(role).length === columns.length) {
      problems.push(`columns: none is left for the role ${role}`);
    } else if (transform !== undefined && leftOut(role).length > 0) {
      problems.push(`transform: would get rows of another width from the role ${role}; mask columns instead`);
    }
  }
  return problems;
}
