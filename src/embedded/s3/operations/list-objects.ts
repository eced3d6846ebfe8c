import { S3Error } from '../errors.ts';
import { decodeToken, encodeToken, listPage } from '../listing.ts';
import type { ListingPosition } from '../listing.ts';
import { integerParameter } from '../request.ts';
import type { S3Request } from '../request.ts';
import { sendXml } from '../responses.ts';
import { encodeForListing } from '../xml.ts';
import type { XmlChild } from '../xml.ts';
import { owner } from './operation.ts';
import type { Operation } from './operation.ts';

/** A page has at most this many keys and common prefixes, whatever is asked for. */
export const maximumPage = 1000;

export const listObjectsV2: Operation = ({ store }, request) => {
  const { query } = request;
  const { objects, name } = store.bucket(request.bucket);
  const maximum = integerParameter(request, 'max-keys', {
    fallback: maximumPage,
    minimum: 0,
    maximum: 2 ** 31 - 1,
  });
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after');
  const token = query.get('continuation-token');
  const encode = listingEncoder(request);
  const page = listPage(objects, {
    prefix,
    delimiter,
    after: token === undefined ? positionAfter(startAfter) : readToken(token),
    maximum: Math.min(maximum, maximumPage),
  });
  const contents = page.entries.map(([key, record]): XmlChild => [
    'Contents',
    [
      ['Key', encode(key)],
      ['LastModified', new Date(record.lastModifiedMs).toISOString()],
      ['ETag', `"${record.etag}"`],
      ['ChecksumAlgorithm', record.checksum?.algorithm],
      ['ChecksumType', record.checksum?.type],
      ['Size', record.sizeBytes],
      ['StorageClass', 'STANDARD'],
      ['Owner', query.get('fetch-owner') === 'true' ? owner : undefined],
    ],
  ]);
  sendXml(request.response, 'ListBucketResult', [
    ['Name', name],
    ['Prefix', encode(prefix)],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['MaxKeys', Math.min(maximum, maximumPage)],
    ['KeyCount', page.entries.length + page.commonPrefixes.length],
    ['IsTruncated', page.next !== undefined],
    ['ContinuationToken', token],
    ['NextContinuationToken', page.next && encodeToken(page.next)],
    ['StartAfter', startAfter && encode(startAfter)],
    ['EncodingType', query.get('encoding-type')],
    ...contents,
    ...commonPrefixElements(page.commonPrefixes, encode),
  ]);
};

/** How a listing writes keys: as they are, or percent-encoded with `encoding-type=url`. */
export function listingEncoder({ query }: S3Request): (text: string) => string {
  const type = query.get('encoding-type');
  if (type === undefined) return (text) => text;
  if (type === 'url') return encodeForListing;
  throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request', {
    ArgumentName: 'encoding-type',
    ArgumentValue: type,
  });
}

/** The elements of rolled-up prefixes. */
export function commonPrefixElements(
  prefixes: readonly string[],
  encode: (text: string) => string,
): XmlChild[] {
  return prefixes.map((prefix) => ['CommonPrefixes', [['Prefix', encode(prefix)]]]);
}

function positionAfter(startAfter: string | undefined): ListingPosition | undefined {
  return startAfter === undefined || startAfter === '' ? undefined : { kind: 'key', value: startAfter };
}

function readToken(token: string): ListingPosition {
  const position = decodeToken(token);
  if (position !== undefined) return position;
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
    ArgumentName: 'continuation-token',
  });
}
