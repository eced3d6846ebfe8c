import type { Bucket, Upload } from '../bucket.ts';
import { checksumElement } from '../checksums.ts';
import { findUpload } from '../multipart-files.ts';
import { integerParameter } from '../request.ts';
import { sendXml } from '../responses.ts';
import { compareUtf8 } from '../utf8-order.ts';
import type { XmlChild } from '../xml.ts';
import { commonPrefixElements, listingEncoder, maximumPage } from './list-objects.ts';
import { owner } from './operation.ts';
import type { Operation } from './operation.ts';

const anyInteger = { minimum: 0, maximum: 2 ** 31 - 1 };

export const listParts: Operation = ({ store }, request) => {
  const bucket = store.bucket(request.bucket);
  const { record, parts } = findUpload(bucket, request.query.get('uploadId'), request.key);
  const asked = integerParameter(request, 'max-parts', { ...anyInteger, fallback: maximumPage });
  const marker = integerParameter(request, 'part-number-marker', { ...anyInteger, fallback: 0 });
  const maximum = Math.min(asked, maximumPage);
  const following = [...parts.values()]
    .filter((part) => part.number > marker)
    .sort((left, right) => left.number - right.number);
  const page = following.slice(0, maximum);
  const truncated = page.length > 0 && following.length > page.length;
  const algorithm = record.checksumAlgorithm;
  sendXml(request.response, 'ListPartsResult', [
    ['Bucket', bucket.name],
    ['Key', listingEncoder(request)(record.key)],
    ['UploadId', record.id],
    ['Initiator', owner],
    ['Owner', owner],
    ['StorageClass', 'STANDARD'],
    ['PartNumberMarker', marker],
    ['NextPartNumberMarker', page.at(-1)?.number],
    ['MaxParts', maximum],
    ['IsTruncated', truncated],
    ['ChecksumAlgorithm', algorithm],
    ['ChecksumType', algorithm && 'COMPOSITE'],
    ...page.map((part): XmlChild => [
      'Part',
      [
        ['PartNumber', part.number],
        ['LastModified', new Date(part.lastModifiedMs).toISOString()],
        ['ETag', `"${part.etag}"`],
        ['Size', part.sizeBytes],
        ...(part.checksum === undefined
          ? []
          : [[checksumElement(part.checksum.algorithm), part.checksum.value] as const]),
      ],
    ]),
  ]);
};

interface UploadsQuery {
  readonly prefix: string;
  readonly delimiter: string;
  readonly keyMarker: string;
  readonly idMarker: string | undefined;
  readonly maximum: number;
}

export const listMultipartUploads: Operation = ({ store }, request) => {
  const { query } = request;
  const bucket = store.bucket(request.bucket);
  const encode = listingEncoder(request);
  const asked = integerParameter(request, 'max-uploads', { ...anyInteger, fallback: maximumPage });
  const wanted: UploadsQuery = {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    keyMarker: query.get('key-marker') ?? '',
    idMarker: query.get('upload-id-marker'),
    maximum: Math.min(asked, maximumPage),
  };
  const page = pageOfUploads(bucket, wanted);
  sendXml(request.response, 'ListMultipartUploadsResult', [
    ['Bucket', bucket.name],
    ['KeyMarker', encode(wanted.keyMarker)],
    ['UploadIdMarker', wanted.idMarker ?? ''],
    ['NextKeyMarker', page.truncated ? encode(page.nextKey) : undefined],
    ['NextUploadIdMarker', page.truncated ? page.nextId : undefined],
    ['Prefix', encode(wanted.prefix)],
    ['Delimiter', wanted.delimiter === '' ? undefined : encode(wanted.delimiter)],
    ['EncodingType', query.get('encoding-type')],
    ['MaxUploads', wanted.maximum],
    ['IsTruncated', page.truncated],
    ...page.uploads.map(({ record }): XmlChild => [
      'Upload',
      [
        ['Key', encode(record.key)],
        ['UploadId', record.id],
        ['Initiator', owner],
        ['Owner', owner],
        ['StorageClass', 'STANDARD'],
        ['Initiated', new Date(record.initiatedMs).toISOString()],
        ['ChecksumAlgorithm', record.checksumAlgorithm],
        ['ChecksumType', record.checksumAlgorithm && 'COMPOSITE'],
      ],
    ]),
    ...commonPrefixElements(page.commonPrefixes, encode),
  ]);
};

/** Uploads by key and, under one key, by the time they were initiated, which their ids begin with. */
function pageOfUploads(bucket: Bucket, wanted: UploadsQuery) {
  const { prefix, delimiter, keyMarker, idMarker, maximum } = wanted;
  const sorted = [...bucket.uploads.values()].sort(({ record: left }, { record: right }) => {
    return compareUtf8(left.key, right.key) || compareUtf8(left.id, right.id);
  });
  const uploads: Upload[] = [];
  const commonPrefixes: string[] = [];
  let nextKey = '';
  let nextId = '';
  for (const upload of sorted) {
    const { key, id } = upload.record;
    if (!key.startsWith(prefix) || !isAfterMarker(key, id)) continue;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const common = end === -1 ? undefined : key.slice(0, end + delimiter.length);
    if (common !== undefined && common === commonPrefixes.at(-1)) continue;
    if (uploads.length + commonPrefixes.length >= maximum) {
      return { uploads, commonPrefixes, nextKey, nextId, truncated: maximum > 0 };
    }
    if (common === undefined) uploads.push(upload);
    else commonPrefixes.push(common);
    nextKey = common ?? key;
    nextId = common === undefined ? id : '';
  }
  return { uploads, commonPrefixes, nextKey, nextId, truncated: false };

  function isAfterMarker(key: string, id: string): boolean {
    if (keyMarker === '') return true;
    // The marker of a page that ended with a common prefix is that prefix: its keys have all been told.
    const rolledUp = delimiter !== '' && keyMarker.endsWith(delimiter) && keyMarker.length > prefix.length;
    if (rolledUp && key.startsWith(keyMarker)) return false;
    const order = compareUtf8(key, keyMarker);
    return order > 0 || (order === 0 && idMarker !== undefined && idMarker !== '' && id > idMarker);
  }
}
