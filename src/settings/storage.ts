import { z } from 'zod';
import { MIB, integer, url, flag } from './kinds.ts';

export const storage = {
  heading: 'Storage',
  text:
    'Credentials come from where the AWS SDK always looks: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, a profile, ' +
    'a web identity or the role of the machine. The embedded server brings its own.',
  settings: {
    S3_BUCKET: z.string().min(3).max(63).default('rowferry').describe('Bucket the files go to.'),
    S3_ENDPOINT: url(/^https?$/)
      .optional()
      .describe(
        'S3-compatible endpoint. Not set, with `S3_BUCKET` set: AWS. Neither set: an embedded server on this machine.',
      ),
    S3_PUBLIC_ENDPOINT: url(/^https?$/)
      .optional()
      .describe('Endpoint as clients see it, for signed links. Default: `S3_ENDPOINT`.'),
    S3_REGION: z.string().default('us-east-1').describe('Region of the bucket.'),
    S3_FORCE_PATH_STYLE: flag
      .default(false)
      .describe('`true` for servers that want the bucket in the path rather than in the host name.'),
    S3_KEY_PREFIX: z
      .string()
      .regex(/^([A-Za-z0-9._-]+\/)+$/, 'must be folders that each end with a slash, e.g. exports/')
      .default('exports/')
      .describe(
        'Start of every key. rowferry deletes what it does not know under this prefix, and nothing outside it.',
      ),
    S3_PAYLOAD_SIGNING: z
      .enum(['auto', 'always', 'never'])
      .default('auto')
      .describe(
        'Whether the signature covers the bytes of a file; a SHA-256 of them costs 0.6 CPU seconds per 600 MB. `auto`: only where the endpoint has no TLS and is another machine. `never` over plain HTTP is for networks you trust.',
      ),
    S3_CHECKSUMS: z
      .enum(['auto', 'when_supported', 'when_required'])
      .default('auto')
      .describe(
        'Whether S3 checks a CRC32 of each part, which costs 0.2 CPU seconds per 600 MB. `auto`: where the signature does not cover the bytes. `when_required`: never, for compatible servers that reject checksums.',
      ),
    S3_PART_BYTES: integer(5 * MIB, 5 * 1024 * MIB)
      .default(8 * MIB)
      .describe(
        'Size of one part of an upload; grows by itself where `EXPORT_MAX_BYTES` needs it. Smaller ones cost more requests, larger ones only memory.',
      ),
    S3_PARTS_IN_FLIGHT: integer(1, 32)
      .default(3)
      .describe(
        'Parts of one export in memory: one is filled while the others are uploaded. With 1 nothing overlaps.',
      ),
    S3_REQUEST_TIMEOUT_SECONDS: integer(1, 3600)
      .default(60)
      .describe('Time one request to S3 may take before it is given up and tried again.'),
    S3_MAX_ATTEMPTS: integer(1, 10)
      .default(4)
      .describe('Tries of one request to S3 before the attempt fails.'),
  },
};
