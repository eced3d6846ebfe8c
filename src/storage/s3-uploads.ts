import type { S3Client } from '@aws-sdk/client-s3';
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { isMissing, storageError } from './s3-errors.ts';

interface Sweep {
  bucket: string;
  prefix: string;
  startedBefore?: Date | undefined;
}

/** A part that is still arriving when its upload is aborted brings the upload back; S3's documentation says to repeat. */
const ROUNDS = 3;

/** Aborts unfinished multipart uploads by their UploadId until a listing shows none, or the rounds are used up. */
export async function abortUploads(client: S3Client, sweep: Sweep): Promise<string[]> {
  const aborted = new Set<string>();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const found = await unfinished(client, sweep);
      if (found.length === 0) break;
      for (const { key, uploadId } of found) {
        await abort(client, sweep.bucket, key, uploadId);
        aborted.add(key);
      }
    }
  } catch (error) {
    throw storageError(error, 'drop an unfinished upload');
  }
  return [...aborted];
}

async function unfinished(client: S3Client, { bucket, prefix, startedBefore }: Sweep) {
  const uploads: { key: string; uploadId: string }[] = [];
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...marker }),
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      const oldEnough = startedBefore === undefined || (Initiated ?? new Date(0)) < startedBefore;
      if (Key !== undefined && UploadId !== undefined && oldEnough)
        uploads.push({ key: Key, uploadId: UploadId });
    }
    // Some servers say that there is more and give no marker: asking again would go round for ever.
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return uploads;
    marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

async function abort(client: S3Client, bucket: string, key: string, uploadId: string): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
