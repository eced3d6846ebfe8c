import { z } from 'zod';
import { MIB, integer } from './kinds.ts';

export const exports = {
  heading: 'Exports',
  settings: {
    EXPORT_MAX_BYTES: integer(1, 5 * 1024 ** 4)
      .default(64 * 1024 ** 3)
      .describe(
        'Largest file, before compression too, and all files of one export together. One that grows beyond it fails and says so; it is never cut.',
      ),
    EXPORT_MAX_ROWS: integer(1, Number.MAX_SAFE_INTEGER)
      .default(1_000_000_000)
      .describe('Most rows in one export. One with more fails and says so; it is never cut.'),
    EXPORT_GZIP_LEVEL: integer(1, 9)
      .default(1)
      .describe(
        'Level of exports that ask for gzip. 6 takes almost twice as long as 1 for a file that is a tenth smaller.',
      ),
    EXPORT_MAX_FIELD_BYTES: integer(1024, 500 * MIB)
      .default(128 * MIB)
      .describe(
        'Largest single value. An export with a larger one fails and names its row and column. One value has to fit in memory several times over.',
      ),
    EXPORT_ENCODER: z
      .enum(['auto', 'rows'])
      .default('auto')
      .describe(
        '`rows` takes every export through JavaScript values, several times slower; the files are the same. Only to rule out the byte path when a file looks wrong.',
      ),
    EXPORT_BATCH_ROWS: integer(1, 100_000)
      .default(1000)
      .describe('Most rows fetched from PostgreSQL at once.'),
    EXPORT_BATCH_BYTES: integer(1024, 1024 * MIB)
      .default(4 * MIB)
      .describe('Size a batch aims at: wide rows are fetched in smaller batches.'),
    EXPORT_PARQUET_ROW_GROUP_BYTES: integer(64 * 1024, 1024 * MIB)
      .default(8 * MIB)
      .describe(
        'Values of a Parquet file that are written as one row group, and held in memory until then, several times over.',
      ),
    EXPORT_STALL_TIMEOUT_SECONDS: integer(1, 3600)
      .default(60)
      .describe('An attempt fails when PostgreSQL sends nothing for this long.'),
    EXPORT_DEADLINE_SECONDS: integer(1, 7 * 86_400)
      .default(3600)
      .describe('Longest an attempt may run; then its snapshot is let go.'),
    EXPORT_MAX_ATTEMPTS: integer(1, 20).default(5).describe('Attempts at one export before it is `failed`.'),
    EXPORT_MAX_RELEASES: integer(0, 1000)
      .default(20)
      .describe(
        'Attempts that workers may hand back (they shut down, they lost the queue) without counting; later ones count.',
      ),
    EXPORT_RETRY_DELAY_SECONDS: integer(0, 3600)
      .default(5)
      .describe('Pause before the second attempt; doubles with each further one.'),
    EXPORT_GIVE_UP_AFTER_HOURS: integer(1, 24 * 365)
      .default(72)
      .describe('An export that has not come to an end so long after its request becomes `failed`.'),
    EXPORT_RETENTION_HOURS: integer(1, 24 * 365)
      .default(168)
      .describe('How long a finished file is kept.'),
    EXPORT_RECORD_RETENTION_DAYS: integer(1, 3650)
      .default(90)
      .describe(
        'How long the record of an export that has ended is kept, with its history; never shorter than its file.',
      ),
    MANIFEST_SIGNING_KEY: z
      .base64('must be what `rowferry keys signing` prints')
      .max(1024)
      .optional()
      .describe(
        'Ed25519 private key that vouches for manifests, as `rowferry keys signing` makes it. Not set: manifests have no signature, except with an embedded server, which comes with a key.',
      ),
    DOWNLOAD_URL_TTL_SECONDS: integer(5, 300)
      .default(300)
      .describe('Life of a signed download URL; five minutes at most.'),
  },
};
