import type { S3Client } from '@aws-sdk/client-s3';
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { PendingUpload } from './object-store.ts';
import { isMissing } from './s3-errors.ts';
import type { ServerClock } from './server-clock.ts';

/** A part that is still arriving when its upload is aborted brings the upload back; S3's documentation says to repeat. */
const ROUNDS = 3;

interface Options {
  bucket: string;
  clock: ServerClock;
}

/** Unfinished multipart uploads under a prefix, page by page. */
export async function* listUploads(
  client: S3Client,
  prefix: string,
  { bucket, clock }: Options,
): AsyncGenerator<PendingUpload> {
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...marker }),
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      yield { key: Key, uploadId: UploadId, ageMs: clock.ageMs(page, Initiated) };
    }
    // Some servers say that there is more and give no marker: asking again would go round for ever.
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

/** Aborts them by their UploadId until a listing shows none, or the rounds are used up. */
export async function abortUploads(client: S3Client, prefix: string, options: Options): Promise<string[]> {
  const aborted = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    let found = 0;
    for await (const { key, uploadId } of listUploads(client, prefix, options)) {
      found++;
      await abortUpload(client, options.bucket, { key, uploadId });
      aborted.add(key);
    }
    if (found === 0) break;
  }
  return [...aborted];
}

/** False when it was not there any more. */
export async function abortUpload(
  client: S3Client,
  bucket: string,
  { key, uploadId }: Pick<PendingUpload, 'key' | 'uploadId'>,
): Promise<boolean> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
