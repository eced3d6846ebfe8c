import { randomBytes } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { messageOf } from '../errors.ts';
import { createS3Client } from '../storage/s3-client.ts';
import type { S3Options } from '../storage/s3-client.ts';
import { isMissing } from '../storage/s3-errors.ts';
import { fail, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** S3 refuses requests signed more than 15 minutes off (RequestTimeTooSkewed); a third of that is worth a word. */
const SKEW_LIMIT_SECONDS = 300;

/** The bucket: there, and everything an export and the janitor do is allowed. Leaves nothing behind. */
export async function checkS3(options: S3Options, keyPrefix: string): Promise<Finding[]> {
  const client = createS3Client({ ...options, maxAttempts: 1 });
  const skew = measureSkew(client);
  try {
    const bucket = await checkBucket(client, options.bucket);
    if (bucket.state === 'fail') return [bucket, ...clock(skew.seconds)];
    return [bucket, ...(await checkRights(client, options.bucket, keyPrefix)), ...clock(skew.seconds)];
  } finally {
    client.destroy();
  }
}

async function checkBucket(client: S3Client, bucket: string): Promise<Finding> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return ok('storage', `bucket "${bucket}" is there`);
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404) {
      const remedy = 'Create it, or set S3_BUCKET to one that exists.';
      return fail('storage', `There is no bucket "${bucket}".`, remedy);
    }
    if (status === 403) {
      const remedy = 'Check the AWS credentials and that their policy allows s3:ListBucket on the bucket.';
      return fail('storage', `Access to bucket "${bucket}" is denied.`, remedy);
    }
    if (status === 301 || status === 400) {
      const remedy = 'Check S3_REGION, S3_ENDPOINT and S3_FORCE_PATH_STYLE.';
      return fail(
        'storage',
        `The storage refuses the request for bucket "${bucket}" (HTTP ${status}).`,
        remedy,
      );
    }
    const reason =
      error instanceof Error && error.name === 'CredentialsProviderError'
        ? 'no credentials'
        : messageOf(error);
    const remedy = 'Check S3_ENDPOINT, the network, and the AWS credentials (AWS_ACCESS_KEY_ID … or a role).';
    return fail('storage', `The storage does not answer: ${reason}`, remedy);
  }
}

async function checkRights(client: S3Client, bucket: string, keyPrefix: string): Promise<Finding[]> {
  const object = { Bucket: bucket, Key: `${keyPrefix}doctor/${randomBytes(8).toString('hex')}` };
  const findings: Finding[] = [];
  const attempt = async (right: string, work: () => Promise<unknown>) => {
    try {
      await work();
      findings.push(ok('storage', `${right} is allowed`));
    } catch (error) {
      const remedy = `Allow ${right} on ${bucket}/${keyPrefix}* in the policy of these credentials.`;
      findings.push(fail('storage', `${right} does not work: ${messageOf(error)}`, remedy));
    }
  };
  await attempt('s3:PutObject', () =>
    // As every upload does it.
    client.send(new PutObjectCommand({ ...object, Body: 'rowferry doctor', IfNoneMatch: '*' })),
  );
  await attempt('s3:GetObject', () =>
    client.send(new HeadObjectCommand(object)).catch((error: unknown) => {
      // Not there because it could not be put: that is told already.
      if (!isMissing(error)) throw error;
    }),
  );
  await attempt('s3:DeleteObject', () => client.send(new DeleteObjectCommand(object)));
  await attempt('s3:AbortMultipartUpload', async () => {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(object));
    await client.send(new AbortMultipartUploadCommand({ ...object, UploadId }));
  });
  const listing = { Bucket: bucket, Prefix: object.Key };
  await attempt('s3:ListBucket', () => client.send(new ListObjectsV2Command(listing)));
  await attempt('s3:ListBucketMultipartUploads', () => client.send(new ListMultipartUploadsCommand(listing)));
  return findings;
}

/** Watches the Date header of every answer; the SDK hides it and corrects for skew in silence. */
function measureSkew(client: S3Client): { seconds: number | undefined } {
  const skew: { seconds: number | undefined } = { seconds: undefined };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const headers = (result.response as { headers?: Record<string, string> }).headers;
      const date = Date.parse(headers?.['date'] ?? '');
      if (!Number.isNaN(date)) skew.seconds = Math.abs(Date.now() - date) / 1000;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'rowferryMeasureSkew' },
  );
  return skew;
}

function clock(seconds: number | undefined): Finding[] {
  if (seconds === undefined) return [];
  if (seconds <= SKEW_LIMIT_SECONDS) return [ok('storage', 'clocks agree')];
  const detail = `This machine’s clock and the storage’s differ by ${Math.round(seconds)} seconds.`;
  return [
    warn('storage', detail, 'Synchronise the clock (NTP): beyond 15 minutes every request is refused.'),
  ];
}
