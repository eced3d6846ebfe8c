import { z } from 'zod';
import { exportStatuses } from '../../db/export-record.ts';
import { exportOptions, storedOptions } from '../../export/export-options.ts';
import { fileFormatNames } from '../../export/formats/format.ts';
import { formulaGuards } from '../../export/formula-guard-of.ts';
import { notifyRequest } from '../notify-request.ts';

const count = z.int().min(0);
const time = z.iso.datetime().describe('In UTC.');
const datasetName = z.string().max(63);

/** With `.nullable()` the schema that has a name would become the one that may be null. */
export function orNull<Schema extends z.ZodType>(schema: Schema, when: string) {
  return z.union([schema]).nullable().describe(when);
}

export const exportId = z
  .uuid()
  .meta({ description: 'Id of an export.', example: '48c6a37f-8c7e-461f-9cd4-edbf09688108' });

const options = exportOptions.meta({ id: 'ExportOptions' });

export const notifyAnswer = z
  .strictObject({
    email: z.array(z.string()).describe('Addresses that will hear of its end.'),
    webhook: z
      .strictObject({
        url: z.string(),
        secret: z.string().describe('Signs the message; it is told here and nowhere else.'),
      })
      .nullable(),
  })
  .meta({ id: 'NotifyAnswer' });

/** What would be exported, and how. */
export const exportContent = z
  .strictObject({
    dataset: datasetName.describe('Name of a dataset.'),
    format: z
      .enum(fileFormatNames)
      .optional()
      .describe('One of the dataset’s formats. Default: `csv`, or the first of a dataset without it.'),
    formats: z
      .array(z.enum(fileFormatNames))
      .min(1)
      .max(fileFormatNames.length)
      .refine((names) => new Set(names).size === names.length, 'names a format twice')
      .optional()
      .describe('In place of `format`: a file of each, from one pass over the rows.'),
    // PostgreSQL’s jsonb holds no NUL.
    params: z
      .record(z.string(), z.unknown())
      .refine((params) => !JSON.stringify(params).includes('\\u0000'), 'must not contain NUL')
      .default({})
      .describe('The dataset’s parameters. The one that says whose rows these are is filled in for a user.'),
    options: storedOptions.prefault({}).describe('How the file is written.'),
  })
  .meta({ id: 'ExportContent' });

/** What is asked for. */
export const newExport = exportContent
  .extend({ notify: notifyRequest.prefault({}).describe('Who hears how it ends.') })
  .meta({ id: 'NewExport' });

const encoder = z
  .strictObject({
    path: z.enum(['bytes', 'rows']).describe('Both write the same file; `bytes` is faster.'),
    reason: z.string().describe('Why, for people.'),
  })
  .meta({ id: 'Encoder', description: 'Which way rows take into the file.' });

const columnsOfFile = z.array(z.string()).describe('In the order of the file.');
const maskedColumns = z
  .array(z.string())
  .describe('Those whose values are for another role; something stands in their place.');

export const preview = z
  .strictObject({
    dataset: datasetName,
    format: z.enum(fileFormatNames),
    params: z.record(z.string(), z.unknown()),
    options,
    text: z
      .string()
      .describe(
        'Exactly how the file would begin now, before it is packed; as CSV, where the format is no text. Empty for a bundle.',
      ),
    rows: count.describe('Rows in `text`.'),
    complete: z.boolean().describe('Whether that is the whole file.'),
    columns: columnsOfFile,
    masked: maskedColumns,
    encoder,
    estimate: z
      .strictObject({
        rows: count.describe('PostgreSQL’s guess; exact when the preview is complete.'),
        bytes: count.describe('Of the file before it is packed: rows times the size of those shown.'),
        seconds: z.int().min(1).describe('From the start of the export to the file.'),
      })
      .describe('Of the whole export.'),
    files: z
      .array(
        z.strictObject({
          name: z.string(),
          text: z.string(),
          rows: count,
          complete: z.boolean(),
          columns: columnsOfFile,
          masked: maskedColumns,
        }),
      )
      .optional()
      .describe('Of a bundle: how each of its files would begin.'),
  })
  .meta({ id: 'Preview' });

const progress = z
  .strictObject({
    rows: count.describe('Written so far.'),
    bytes: count.describe('Written so far.'),
    estimatedRows: count.nullable().describe('PostgreSQL’s guess; null while there is none.'),
    percent: z.int().min(0).max(100).nullable().describe('Below 100 until the file is there.'),
    etaSeconds: count.nullable().describe('Seconds left; null while nothing is known.'),
  })
  .meta({ id: 'Progress' });

const fileOfBundle = z
  .strictObject({
    name: z.string(),
    rows: count,
    bytes: count.describe('Unpacked.'),
    sha256: z.string().describe('Hex, of the file as it is unpacked.'),
    formulaGuard: z.enum(formulaGuards),
    columns: columnsOfFile,
    masked: maskedColumns,
  })
  .meta({ id: 'FileOfBundle' });

const file = z
  .strictObject({
    format: z.enum(fileFormatNames),
    name: z.string(),
    bytes: count,
    rows: count,
    sha256: z.string().nullable().describe('Hex, of the file as it is downloaded.'),
    contentType: z.string(),
    formulaGuard: z
      .enum(formulaGuards)
      .describe(
        'What was done to text that a spreadsheet would run or read as something else, and is to be undone: docs/formats.md.',
      ),
    encoder: orNull(encoder, 'For files that were made before this was recorded.'),
    columns: columnsOfFile.nullable(),
    masked: maskedColumns.nullable(),
    files: z.array(fileOfBundle).optional().describe('Of a bundle: what is in the zip.'),
    expiresAt: time.nullable().describe('Then the file is removed. In UTC.'),
  })
  .meta({ id: 'File', description: 'A file of a completed export.' });

export const failure = z
  .strictObject({
    code: z.string().describe('Stable, for programs; docs/api.md lists them.'),
    message: z.string().describe('For people.'),
  })
  .meta({ id: 'Failure', description: 'Why an export failed.' });

export const exportResource = z
  .strictObject({
    id: exportId,
    dataset: datasetName,
    format: z.enum(fileFormatNames).describe('The first of `formats`.'),
    formats: z.array(z.enum(fileFormatNames)).describe('A file is made of each.'),
    params: z.record(z.string(), z.unknown()),
    options,
    subject: z.string().describe('Who asked for it.'),
    scheduleId: z.uuid().optional().describe('The schedule that asked for it, where one did.'),
    bulkExportId: z.uuid().optional().describe('The bulk export that it belongs to, where it does.'),
    status: z.enum(exportStatuses),
    attempt: count.describe('Which try this is; 0 before the first.'),
    queuePosition: z
      .int()
      .min(1)
      .nullable()
      .describe(
        'Its place among those that wait as it does: 1 is started next. Null unless it is queued, and while more than 10,000 are before it.',
      ),
    progress,
    file: orNull(file, 'The first of `files`, until they are there.'),
    files: z.array(file).describe('One for each of `formats`, all at once; none until they are there.'),
    error: orNull(failure, 'Unless it failed.'),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    links: z.strictObject({
      self: z.string(),
      download: z
        .string()
        .optional()
        .describe('There while there is a file; `?format=` names another than the first.'),
      manifest: z.string().optional().describe('There once there was one.'),
    }),
  })
  .meta({ id: 'Export' });

export type ExportResource = z.output<typeof exportResource>;

/** Which file is meant. */
export const fileQuery = z.strictObject({
  format: z.enum(fileFormatNames).optional().describe('One of the export’s formats. Default: the first.'),
});

/** The answer to who asked for it. */
export const askedExport = exportResource
  .extend({
    notify: notifyAnswer.optional().describe('Who will hear of its end, where the request named any.'),
  })
  .meta({ id: 'AskedExport' });

export const downloadLink = z
  .strictObject({
    url: z.url(),
    expiresInSeconds: z.int().min(1).describe('Then it is dead.'),
  })
  .meta({ id: 'DownloadLink' });

export const exportPage = z
  .strictObject({
    exports: z.array(exportResource),
    nextCursor: z.string().nullable().describe('`cursor` of the next page; null on the last.'),
  })
  .meta({ id: 'ExportPage' });

export const exportList = z.strictObject({
  status: z.enum(exportStatuses).optional().describe('Only those with this status.'),
  dataset: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, 'is no name of a dataset')
    .optional()
    .describe('Only those of this dataset.'),
  scheduleId: z.uuid().optional().describe('Only those that this schedule asked for.'),
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('Exports a page.'),
  cursor: z.string().max(200).optional().describe('`nextCursor` of the page before.'),
});

/** Of every list that comes in pages. */
export const pageHeaders = z.object({
  Link: z.string().optional().describe('The next page, as `rel="next"` (RFC 8288), where there is one.'),
});
