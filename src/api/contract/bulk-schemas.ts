import { z } from 'zod';
import { subjectName } from '../../auth/identity.ts';
import { bulkStatuses, manifestFormats, subjectStatuses } from '../../db/bulk-record.ts';
import { notifyRequest } from '../notify-request.ts';
import { exportContent, exportId, failure, notifyAnswer, orNull } from './schemas.ts';

const count = z.int().min(0);
const time = z.iso.datetime().describe('In UTC.');
const { dataset, format, options, params } = exportContent.shape;

export const bulkId = z
  .uuid()
  .meta({ description: 'Id of a bulk export.', example: '9a1f6f0e-52a5-4b52-a4c2-6a5d8c0a3b11' });

const subjects = z
  .union([
    z.literal('all').describe('Everybody that the dataset finds.'),
    z.array(subjectName).min(1).describe('These; one that is there twice counts once.'),
    z
      .strictObject({
        named: z.string().max(63).describe('Name of a query that the dataset declares.'),
        params: z.record(z.string(), z.unknown()).default({}).describe('Its parameters.'),
      })
      .describe('Whom a query of the dataset finds.'),
  ])
  .describe('Whose rows: an export is made for each.');

export const newBulkExport = z
  .strictObject(
    {
      dataset,
      format,
      params: params.describe('The dataset’s parameters besides the one that takes the subject.'),
      options,
      subjects,
      notify: notifyRequest
        .extend({
          exports: z
            .boolean()
            .default(false)
            .describe('Whether the tenant’s webhooks hear of each export as well.'),
        })
        .prefault({})
        .describe('Who hears how the bulk export ends.'),
    },
    {
      // Exports and schedules have it.
      error: (issue) =>
        issue.code === 'unrecognized_keys' && issue.keys.includes('formats')
          ? 'is not known here: a bulk export has one format, so use format'
          : undefined,
    },
  )
  .meta({ id: 'NewBulkExport' });

const manifestFile = z
  .strictObject({ name: z.string(), bytes: count, sha256: z.string().describe('Hex.') })
  .meta({ id: 'ManifestFile' });

const counts = z
  .strictObject({
    total: count,
    ...(Object.fromEntries(subjectStatuses.map((status) => [status, count])) as Record<
      (typeof subjectStatuses)[number],
      typeof count
    >),
  })
  .meta({ id: 'BulkCounts', description: 'Subjects by what has become of their export.' });

const members = {
  id: bulkId,
  dataset: z.string(),
  format: format.unwrap(),
  params: z.record(z.string(), z.unknown()),
  options: options.unwrap(),
  subjects: z
    .union([
      z.literal('all'),
      z.literal('list'),
      z.strictObject({ named: z.string(), params: z.record(z.string(), z.unknown()) }),
    ])
    .describe('Where the subjects come from; `list`: they were listed.'),
  requestedBy: z.string(),
  status: z.enum(bulkStatuses),
  round: z.int().min(1).describe('Counted up by a retry after the end.'),
  counts,
  progress: z.strictObject({
    rows: count.describe('Written so far.'),
    bytes: count.describe('Written so far.'),
    percent: z.int().min(0).max(100).nullable().describe('Of the subjects; null until they are known.'),
    etaSeconds: count.nullable().describe('Seconds left; null while nothing is known.'),
  }),
  manifest: z
    .strictObject({ csv: manifestFile, json: manifestFile })
    .nullable()
    .describe('Null until the end, and after its time.'),
  error: orNull(
    failure,
    'Why the subjects could not be found, or the manifest not be stored; null otherwise.',
  ),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  expiresAt: time.nullable().describe('Then the manifest is removed. In UTC.'),
  links: z.strictObject({
    self: z.string(),
    exports: z.string(),
    manifest: z.string().optional().describe('There while there is one.'),
  }),
};

export const bulkExport = z.strictObject(members).meta({ id: 'BulkExport' });
export type BulkExportResource = z.output<typeof bulkExport>;

export const bulkExportDetail = z
  .strictObject({
    ...members,
    failures: z
      .array(
        z.strictObject({
          code: z.string(),
          message: z.string().describe('Of one of them.'),
          count,
          subjects: z.array(z.string()).describe('The first ones.'),
        }),
      )
      .describe('Exports that failed, by reason, the most frequent first.'),
  })
  .meta({ id: 'BulkExportDetail' });

export const askedBulkExport = z
  .strictObject({ ...members, notify: notifyAnswer.optional().describe('Who will hear of its end.') })
  .meta({ id: 'AskedBulkExport' });

export const bulkExportPage = z
  .strictObject({
    bulkExports: z.array(bulkExport),
    nextCursor: z.string().nullable().describe('`cursor` of the next page; null on the last.'),
  })
  .meta({ id: 'BulkExportPage' });

const subject = z
  .strictObject({
    subject: z.string(),
    status: z.enum(subjectStatuses),
    rows: count,
    bytes: count,
    sha256: z.string().nullable(),
    error: orNull(failure, 'Unless it failed.'),
    exportId: exportId.nullable().describe('Of its last export; null before there is one.'),
    links: z.strictObject({ export: z.string().optional(), download: z.string().optional() }),
  })
  .meta({ id: 'BulkSubject', description: 'What has become of one subject.' });

export const bulkSubjectPage = z
  .strictObject({
    exports: z.array(subject),
    nextCursor: z.string().nullable().describe('`cursor` of the next page; null on the last.'),
  })
  .meta({ id: 'BulkSubjectPage' });

const page = {
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('How many a page.'),
  cursor: z.string().max(1200).optional().describe('`nextCursor` of the page before.'),
};
export const bulkList = z.strictObject({
  status: z.enum(bulkStatuses).optional().describe('Only those with this status.'),
  ...page,
});
export const bulkSubjectList = z.strictObject({
  status: z.enum(subjectStatuses).optional().describe('Only those with this status.'),
  ...page,
});
export const manifestQuery = z.strictObject({ format: z.enum(manifestFormats).default('csv') });
