import { checksumElement, checksumHeader, parseChecksumAlgorithm } from '../checksums.ts';
import { checkWriteConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { abortUpload, completeUpload, createUpload, findUpload, putPart } from '../multipart-files.ts';
import { describeObject } from '../object-headers.ts';
import { chooseParts, maximumPartNumber, readCompletion } from '../part-list.ts';
import { receiveText } from '../payload.ts';
import { receiveFile } from '../received-file.ts';
import { integerParameter } from '../request.ts';
import { sendEmpty, sendXml } from '../responses.ts';
import type { Operation } from './operation.ts';

export const createMultipartUpload: Operation = async ({ store }, request) => {
  const { headers, response } = request;
  const bucket = store.bucket(request.bucket);
  const name = headers.get('x-amz-checksum-algorithm');
  const checksumAlgorithm = name === undefined ? undefined : parseChecksumAlgorithm(name);
  if (headers.get('x-amz-checksum-type')?.toUpperCase() === 'FULL_OBJECT') {
    throw new S3Error(
      'NotImplemented',
      'Checksums of multipart objects are COMPOSITE here, FULL_OBJECT is not supported.',
    );
  }
  const description = {
    ...describeObject(request),
    ...(checksumAlgorithm === undefined ? {} : { checksumAlgorithm }),
  };
  const { record } = await createUpload(store, bucket, description);
  if (checksumAlgorithm !== undefined) {
    response.setHeader('x-amz-checksum-algorithm', checksumAlgorithm);
    response.setHeader('x-amz-checksum-type', 'COMPOSITE');
  }
  sendXml(response, 'InitiateMultipartUploadResult', [
    ['Bucket', bucket.name],
    ['Key', record.key],
    ['UploadId', record.id],
  ]);
};

export const uploadPart: Operation = async ({ store }, request) => {
  const bucket = store.bucket(request.bucket);
  const number = integerParameter(request, 'partNumber', { minimum: 1, maximum: maximumPartNumber });
  const upload = findUpload(bucket, request.query.get('uploadId'), request.key);
  const expected = upload.record.checksumAlgorithm;
  const part = await receiveFile(request, store.temporary, (file, payload) => {
    if (expected !== undefined && payload.checksum?.algorithm !== expected) {
      const actual = payload.checksum?.algorithm ?? 'null';
      throw new S3Error(
        'InvalidRequest',
        `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
      );
    }
    return putPart(store, bucket, { upload, number, file, payload });
  });
  const checksum = part.checksum && { [checksumHeader(part.checksum.algorithm)]: part.checksum.value };
  sendEmpty(request.response, 200, { etag: `"${part.etag}"`, ...checksum });
};

export const completeMultipartUpload: Operation = async ({ store }, request) => {
  const { headers, response } = request;
  const bucket = store.bucket(request.bucket);
  const upload = findUpload(bucket, request.query.get('uploadId'), request.key);
  const { text } = await receiveText(request, { ignoreChecksums: true });
  const completion = readCompletion(text);
  const record = await completeUpload(store, bucket, {
    upload,
    choose: (parts) =>
      chooseParts(completion, parts, { headers, algorithm: upload.record.checksumAlgorithm }),
    guard: (existing) => checkWriteConditions(headers, existing),
  });
  const { checksum } = record;
  sendXml(response, 'CompleteMultipartUploadResult', [
    ['Location', `http://${headers.get('host') ?? ''}/${bucket.name}/${encodeURIComponent(record.key)}`],
    ['Bucket', bucket.name],
    ['Key', record.key],
    ['ETag', `"${record.etag}"`],
    ...(checksum === undefined
      ? []
      : ([
          [checksumElement(checksum.algorithm), checksum.value],
          ['ChecksumType', checksum.type],
        ] as const)),
  ]);
};

export const abortMultipartUpload: Operation = async ({ store }, request) => {
  const bucket = store.bucket(request.bucket);
  await abortUpload(store, bucket, findUpload(bucket, request.query.get('uploadId'), request.key));
  sendEmpty(request.response, 204);
};
