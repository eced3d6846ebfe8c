import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { FileParts } from './file-parts.ts';

export interface PartUpload {
  client: S3Client;
  params: PutObjectCommandInput & { Body: Readable };
  partSizeBytes: number;
  partsInFlight: number;
  /** Send the CRC32 of each part. */
  crc32: boolean;
  signal: AbortSignal;
}

/**
 * lib-storage, fed with parts of our own. By itself it collects a part as a list of buffers, joins them in fresh memory
 * and lets the SDK read all of it once more for the checksum; docs/adr/0007-upload.md has what that costs.
 */
export async function uploadInParts(options: PartUpload): Promise<void> {
  const { params, partSizeBytes, partsInFlight } = options;
  const parts = new FileParts(params.Body, { partSizeBytes, crc32: options.crc32 });
  const client = sender(options, parts);
  const upload = new Upload({ client, params, partSize: partSizeBytes, queueSize: partsInFlight });
  feed(upload, parts);
  await upload.done();
}

/**
 * lib-storage gives each of its uploaders the same iterator of parts, in a method that is not public. The version is
 * pinned and a test watches over it; should the method be gone one day, lib-storage cuts the parts itself, at its cost.
 */
function feed(upload: Upload, parts: FileParts): void {
  const uploader: unknown = Reflect.get(upload, '__doConcurrentUpload');
  if (typeof uploader !== 'function') return;
  const shared = parts[Symbol.asyncIterator]();
  const takeOurs = (): unknown => Reflect.apply(uploader, upload, [shared]);
  Reflect.set(upload, '__doConcurrentUpload', takeOurs);
}

/**
 * The same client, whose requests end with the signal: lib-storage's own abort leaves parts in flight, which can outlive
 * the abort of their upload.
 */
function sender({ client, signal }: PartUpload, parts: FileParts): S3Client {
  const send = async (command: Parameters<S3Client['send']>[0]) => {
    if (command instanceof PutObjectCommand || command instanceof UploadPartCommand) {
      const crc32 = parts.crc32Of(command.input.Body);
      if (crc32 !== undefined) command.input.ChecksumCRC32 = crc32;
    }
    const answer = await client.send(command, { abortSignal: signal });
    // Only now: of a part that failed a socket may still hold the bytes, and its upload is over anyhow.
    if (command instanceof UploadPartCommand) parts.release(command.input.Body);
    return answer;
  };
  return Object.create(client, { send: { value: send } }) as S3Client;
}
