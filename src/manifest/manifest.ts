import { createHash } from 'node:crypto';
import { z } from 'zod';

const count = z.int().min(0);
const sha256 = z.string().regex(/^[\da-f]{64}$/);
const datasetOfFile = z.strictObject({
  name: z.string(),
  schema: z.string().describe('The same for files whose columns have the same names, types and order.'),
});
const columns = z.array(
  z.strictObject({
    name: z.string(),
    type: z.string(),
    masked: z.boolean().describe('The values are not the true ones: the one who asked may not see those.'),
  }),
);
const snapshot = z.strictObject({
  takenAt: z.string().describe('Every row is as it was then, by the clock of the database it was read from.'),
  id: z.string().describe('PostgreSQL’s own name of it, as `pg_current_snapshot()` gives it.'),
  server: z
    .string()
    .optional()
    .describe(
      'Where it was taken: system identifier and timeline. There for datasets that know what has changed, unless they read a replica.',
    ),
});
const formulaGuard = z
  .enum(['none', 'apostrophe', 'text-formula', 'quote-prefix'])
  .describe(
    'What was done to text that a spreadsheet would run or read as something else (docs/formats.md). With `text-formula`, a value such as `="007"` stands for what is between its quotes, and one apostrophe is to be taken from every value that begins with one; with `apostrophe`, which older files have, only that.',
  );

/**
 * What a file holds and how it came about: enough to check it years later, without rowferry and its database.
 * docs/manifest.md says it for readers.
 */
export const manifest = z.strictObject({
  version: z.literal(1).describe('Of this form.'),
  generator: z.strictObject({ name: z.literal('rowferry'), version: z.string() }),
  exportId: z.uuid(),
  attempt: z.int().min(1).describe('Of the export’s attempts the one whose file this is.'),
  tenant: z.string(),
  subject: z.string().describe('Whose export it is.'),
  dataset: datasetOfFile,
  params: z.record(z.string(), z.unknown()),
  format: z.string(),
  options: z.record(z.string(), z.unknown()),
  columns,
  files: z
    .array(
      z.strictObject({
        name: z.string(),
        dataset: datasetOfFile,
        format: z.string(),
        options: z.record(z.string(), z.unknown()),
        columns,
        formulaGuard,
        rows: count,
        bytes: count,
        sha256,
      }),
    )
    .optional()
    .describe('Of a bundle, which has no columns but theirs: what is in the zip, unpacked.'),
  snapshot,
  since: z
    .strictObject({
      from: snapshot.nullable().describe('Null where there was none: the file holds all there is.'),
      to: snapshot,
      export: z.uuid().nullable().describe('The one that `from` is of.'),
    })
    .optional()
    .describe('Of a file of changes: between which snapshots they happened.'),
  file: z.strictObject({
    name: z.string(),
    contentType: z.string(),
    formulaGuard,
    rows: count,
    bytes: count,
    sha256: sha256.describe('Of the file as it is stored, hexadecimal.'),
  }),
});

export type Manifest = z.output<typeof manifest>;

/** Identifies what a file's columns are, as {@link Manifest} has it in `dataset.schema`. */
export function schemaOf(columns: readonly { name: string; type: string }[]): string {
  const form = JSON.stringify(columns.map(({ name, type }) => [name, type]));
  return createHash('sha256').update(form).digest('hex').slice(0, 16);
}
