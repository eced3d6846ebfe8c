import { z } from 'zod';
import { importStatuses } from '../../db/import-record.ts';
import { storedOptions } from '../../export/export-options.ts';
import { onInvalidNames } from '../../import/import-report.ts';
import { readFormats } from '../../read/file-row.ts';
import { idempotencyHeaders, pollHeaders } from './headers.ts';
import { defineOperation } from './operation.ts';

const time = z.iso.datetime();
const count = z.int().min(0);
const importId = z
  .uuid()
  .meta({ description: 'Id of an import.', example: '0b6a3f0e-8c53-4a2c-9f0e-3f6a1f0c2d11' });

const newImport = z
  .strictObject({
    dataset: z.string().max(63).describe('Name of a dataset that takes imports.'),
    params: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('As of an export: whose rows they become.'),
    preset: z.string().max(63).optional().describe('Whose file it is. Left out: its header says so.'),
    format: z.enum(readFormats).optional().describe('Of the file. Left out: its content says so.'),
    options: storedOptions
      .optional()
      .describe(
        'How it was written, where an export wrote it with options: those of its manifest, or of the export. What they did to values is taken back.',
      ),
    onInvalid: z
      .enum(onInvalidNames)
      .default('reject-file')
      .describe('What an invalid row takes with it: the file, its batch, or only itself.'),
    dryRun: z.boolean().default(false).describe('Says what would be written, and writes nothing.'),
  })
  .meta({ id: 'NewImport' });

const report = z
  .strictObject({
    format: z.enum(readFormats),
    preset: z.string().nullable().describe('As whose file it was read; null: as ours.'),
    rows: count.describe('`new`, `duplicate` and `invalid` together.'),
    new: count.describe('Not in the tables yet.'),
    duplicate: count.describe('In the tables already; they stay as they are.'),
    invalid: count,
    withheld: count.describe('New ones that an invalid row takes with it.'),
    written: count.describe('0 in a dry run.'),
    invalidRows: z
      .array(
        z.strictObject({
          row: count.describe('Counts rows from 1.'),
          line: count.describe('Where it begins: line of the text, or row of the sheet; from 1.'),
          part: z
            .string()
            .nullable()
            .describe('The sheet, or the file in a zip, or both; null where there is only one.'),
          column: z.string().nullable().describe('Null where it is about the whole row.'),
          reason: z.string(),
        }),
      )
      .describe('The first ones.'),
    ignoredColumns: z.array(z.string()).describe('Those for which there is no place.'),
  })
  .meta({ id: 'ImportReport', description: 'What is in a file, and what became of it.' });

const importResource = z
  .strictObject({
    id: importId,
    dataset: z.string(),
    params: z.record(z.string(), z.unknown()),
    preset: z.string().nullable(),
    format: z.enum(readFormats).nullable().describe('As it was asked for; `report` has what the file was.'),
    options: storedOptions.nullable(),
    onInvalid: z.enum(onInvalidNames),
    dryRun: z.boolean(),
    subject: z.string().describe('Who asked for it.'),
    status: z.enum(importStatuses),
    attempt: count.describe('Which try this is; 0 before the first.'),
    file: z.strictObject({ bytes: count }),
    progress: z.strictObject({ rows: count.describe('Read so far.') }),
    report: z.union([report]).nullable().describe('Null until it is completed.'),
    error: z
      .strictObject({ code: z.string(), message: z.string() })
      .nullable()
      .describe('Null unless it failed. Then nothing was written.'),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    links: z.strictObject({ self: z.string() }),
  })
  .meta({ id: 'Import' });
export type ImportResource = z.output<typeof importResource>;

const id = '0b6a3f0e-8c53-4a2c-9f0e-3f6a1f0c2d11';
const queued: ImportResource = {
  id,
  dataset: 'diary',
  params: { userId: '1' },
  preset: null,
  format: null,
  options: null,
  onInvalid: 'skip-row',
  dryRun: false,
  subject: '1',
  status: 'queued',
  attempt: 0,
  file: { bytes: 16_297_198 },
  progress: { rows: 0 },
  report: null,
  error: null,
  createdAt: '2026-11-24T20:12:48.832Z',
  startedAt: null,
  finishedAt: null,
  links: { self: `/v1/imports/${id}` },
};
const completed: ImportResource = {
  ...queued,
  status: 'completed',
  attempt: 1,
  progress: { rows: 3 },
  report: {
    format: 'csv',
    preset: null,
    rows: 3,
    new: 1,
    duplicate: 1,
    invalid: 1,
    withheld: 0,
    written: 1,
    invalidRows: [{ row: 3, line: 4, part: null, column: 'rating', reason: '“eleven” is not a number' }],
    ignoredColumns: [],
  },
  startedAt: '2026-11-24T20:12:48.984Z',
  finishedAt: '2026-11-24T20:12:50.120Z',
};

const place = { Location: z.string().describe('Address of the import.') };

export const importOperations = {
  createImport: defineOperation({
    method: 'post',
    path: '/v1/imports',
    tag: 'imports',
    summary: 'Bring a file back into the tables',
    description:
      'A form of two parts: `import`, which is JSON, and then `file`. The answer comes when the file has arrived; a worker reads it.',
    auth: 'key',
    headers: idempotencyHeaders,
    form: { name: 'import', schema: newImport, file: 'file' },
    audit: 'import.requested',
    responses: {
      202: {
        description: 'Accepted.',
        headers: z.object({ ...place, ...pollHeaders }),
        body: importResource,
        example: queued,
      },
      200: {
        description: 'The same file was sent with this key before.',
        headers: z.object({ ...place, 'Idempotency-Replayed': z.literal('true') }),
        body: importResource,
        example: completed,
      },
    },
    problems: ['idempotency_key_reused', 'too_many_at_once'],
  }),

  getImport: defineOperation({
    method: 'get',
    path: '/v1/imports/{id}',
    tag: 'imports',
    summary: 'Look at an import',
    description: 'How far it is, and at its end what became of each row.',
    auth: 'key',
    params: z.strictObject({ id: importId }),
    responses: { 200: { description: 'The import as it is now.', body: importResource, example: completed } },
    problems: [],
  }),
};
