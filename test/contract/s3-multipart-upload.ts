import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import type { ChecksumMode } from './s3-target.ts';

/** Begins a multipart upload, by default under the key `k`; in mode WHEN_SUPPORTED each part has its CRC32. */
export async function startUpload(
  client: S3Client,
  bucket: string,
  mode: ChecksumMode = 'WHEN_REQUIRED',
  more: { Key?: string; ContentType?: string; Metadata?: Record<string, string> } = {},
) {
  const Key = more.Key ?? 'k';
  const checksum = mode === 'WHEN_SUPPORTED' ? ({ ChecksumAlgorithm: 'CRC32' } as const) : {};
  const created = await client.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, ...checksum, ...more, Key }),
  );
  const id = created.UploadId ?? '';
  return {
    id,
    async part(PartNumber: number, Body: Buffer): Promise<CompletedPart> {
      const where = { Bucket: bucket, Key, UploadId: id, PartNumber };
      const { ETag, ChecksumCRC32 } = await client.send(
        new UploadPartCommand({ ...where, Body, ...checksum }),
      );
      return { PartNumber, ETag, ...(mode === 'WHEN_SUPPORTED' ? { ChecksumCRC32 } : {}) };
    },
    complete(Parts: CompletedPart[], condition: { IfNoneMatch?: string } = {}) {
      const where = { Bucket: bucket, Key, UploadId: id };
      return client.send(
        new CompleteMultipartUploadCommand({ ...where, ...condition, MultipartUpload: { Parts } }),
      );
    },
  };
}
