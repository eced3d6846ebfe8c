import type { Bucket } from '../bucket.ts';
import { checkReadConditions, checkWriteConditions, matchesAny } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { deleteObject as deleteFromDisk, putObject as putOnDisk, sendObject } from '../object-files.ts';
import { checksumHeaders, describeObject, downloadHeaders } from '../object-headers.ts';
import { parseRange } from '../range.ts';
import { receiveFile } from '../received-file.ts';
import type { ObjectRecord } from '../records.ts';
import type { S3Request } from '../request.ts';
import { sendEmpty } from '../responses.ts';
import type { Operation } from './operation.ts';

export const putObject: Operation = async ({ store }, request) => {
  const bucket = store.bucket(request.bucket);
  const description = describeObject(request);
  function guard(existing: ObjectRecord | undefined): void {
    checkWriteConditions(request.headers, existing);
  }
  // Now, to spare a client its upload, and again when the object is put into place.
  guard(bucket.objects.get(request.key));
  const record = await receiveFile(request, store.temporary, (file, payload) =>
    putOnDisk(store, bucket, { description, file, payload, guard }),
  );
  sendEmpty(request.response, 200, { etag: `"${record.etag}"`, ...checksumHeaders(record.checksum) });
};

export const getObject: Operation = async ({ store }, request) => {
  const bucket = store.bucket(request.bucket);
  const { record, range } = startDownload(bucket, request);
  if (record === undefined) return;
  await sendObject(store, bucket, { record, range, sink: request.response });
};

export const headObject: Operation = ({ store }, request) => {
  const { record } = startDownload(store.bucket(request.bucket), request);
  if (record !== undefined) request.response.end();
};

/** Writes the head of a download; no record when that was all (304). */
function startDownload(
  bucket: Bucket,
  request: S3Request,
): { record: ObjectRecord | undefined; range: { first: number; last: number } } {
  const { headers, response } = request;
  const record = bucket.objects.get(request.key);
  if (record === undefined) {
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: request.key });
  }
  const whole = { first: 0, last: record.sizeBytes - 1 };
  if (checkReadConditions(headers, record) === 'not-modified') {
    const { etag = '', 'last-modified': lastModified = '' } = downloadHeaders(request, record, {
      whole: false,
    });
    sendEmpty(response, 304, { etag, 'last-modified': lastModified });
    return { record: undefined, range: whole };
  }
  const ifRange = headers.get('if-range');
  const stale = ifRange !== undefined && !matchesAny(ifRange, record.etag);
  const range = stale ? undefined : parseRange(headers.get('range'), record.sizeBytes);
  const { first, last } = range ?? whole;
  response.writeHead(range === undefined ? 200 : 206, {
    ...downloadHeaders(request, record, { whole: range === undefined }),
    'content-length': last - first + 1,
    ...(range === undefined ? {} : { 'content-range': `bytes ${first}-${last}/${record.sizeBytes}` }),
  });
  return { record, range: { first, last } };
}

export const deleteObject: Operation = async ({ store }, request) => {
  await deleteFromDisk(store, store.bucket(request.bucket), request.key);
  sendEmpty(request.response, 204);
};
