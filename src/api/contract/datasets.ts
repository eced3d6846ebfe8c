import { z } from 'zod';
import { fileFormatNames, formatNames } from '../../export/formats/format.ts';
import { defineOperation } from './operation.ts';

const column = z
  .strictObject({
    name: z.string(),
    label: z.string().describe('Header for people.'),
    type: z.enum(['text', 'integer', 'number', 'boolean', 'date', 'timestamp']),
    description: z.string(),
    masked: z.boolean().describe('Something stands in place of its values: they are for another role.'),
  })
  .meta({ id: 'Column' });

const columns = z.array(column).describe('In the order of the file.');
const leftOut = z.array(z.string()).describe('Columns that are for another role, and not in the file.');

const dataset = z
  .strictObject({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    params: z.record(z.string(), z.unknown()).describe('JSON Schema of the parameters.'),
    formats: z.array(z.enum(fileFormatNames)),
    columns,
    leftOut,
    sort: z
      .strictObject({
        columns: z
          .array(z.string())
          .describe('What the option `sort` may name, with or without a `-` before it.'),
        default: z.array(z.string()).describe('The order without that option.'),
      })
      .nullable()
      .describe('Null where there is one order only.'),
    files: z
      .array(
        z.strictObject({
          name: z.string(),
          description: z.string(),
          format: z.enum(formatNames),
          columns,
          leftOut,
        }),
      )
      .optional()
      .describe('Of a bundle, which has no columns but theirs: what is in the zip, beside `index.html`.'),
  })
  .meta({ id: 'Dataset' });

const example: z.output<typeof dataset> = {
  name: 'diary',
  title: 'Film diary',
  description: 'Every film a person has watched, with rating and comment, newest first.',
  params: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      userId: { type: 'string', pattern: '^\\d{1,18}$', description: 'Whose diary.' },
      minRating: { type: 'number', minimum: 0, maximum: 10, description: 'Rated so or better.' },
    },
    required: ['userId'],
    additionalProperties: false,
  },
  formats: ['csv', 'tsv', 'ndjson', 'json', 'xlsx', 'parquet'],
  columns: [
    { name: 'title', label: 'Title', type: 'text', description: 'Title of the film.', masked: false },
  ],
  leftOut: [],
  sort: { columns: ['watched_at', 'title', 'year', 'rating'], default: ['-watched_at'] },
};

export const datasetOperations = {
  listDatasets: defineOperation({
    method: 'get',
    path: '/v1/datasets',
    tag: 'datasets',
    summary: 'What may be exported by the one who asks',
    description: 'Enough to build a form from.',
    auth: 'key',
    responses: {
      200: {
        description: 'All of them.',
        body: z.strictObject({ datasets: z.array(dataset) }).meta({ id: 'DatasetList' }),
        example: { datasets: [example] },
      },
    },
    problems: [],
  }),
};
