import { checksumHeader } from './checksums.ts';
import { S3Error } from './errors.ts';
import type { ObjectRecord, UploadRecord } from './records.ts';
import { headerValue } from './request.ts';
import type { S3Request } from './request.ts';

/** System metadata that an upload sets and a download gets back ("Working with object metadata"). */
const storedHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
] as const;
const metadataPrefix = 'x-amz-meta-';
/** "User-defined object metadata": names and values together. */
const maximumMetadataBytes = 2048;

/**
 * What an upload says about its object.
 * @throws S3Error `MetadataTooLarge`, `KeyTooLongError`
 */
export function describeObject({
  key,
  headers,
}: S3Request): Pick<UploadRecord, 'key' | 'headers' | 'metadata'> {
  const stored: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of storedHeaders) {
    const value = name === 'content-encoding' ? withoutFraming(headers.get(name)) : headers.get(name);
    if (value !== undefined && value !== '') stored[name] = value;
  }
  const pairs = [...headers].filter(([name]) => name.startsWith(metadataPrefix));
  const metadata = Object.fromEntries(
    pairs.map(([name, value]) => [name.slice(metadataPrefix.length), value]),
  );
  const bytes = Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (bytes > maximumMetadataBytes) {
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: `${bytes}`,
      MaxSizeAllowed: `${maximumMetadataBytes}`,
    });
  }
  return { key, headers: stored, metadata };
}

// `aws-chunked` describes the request, not the object: S3 takes it off.
function withoutFraming(encoding: string | undefined): string | undefined {
  const codings = encoding?.split(',').map((coding) => coding.trim());
  return codings?.filter((coding) => coding !== 'aws-chunked').join(',');
}

/** Headers of a download that do not depend on its range, checksum and `response-…` parameters included. */
export function downloadHeaders(
  request: S3Request,
  record: ObjectRecord,
  options: { whole: boolean },
): Headers {
  const headers: Headers = {
    'accept-ranges': 'bytes',
    etag: `"${record.etag}"`,
    'last-modified': new Date(record.lastModifiedMs).toUTCString(),
    ...record.headers,
  };
  for (const [name, value] of Object.entries(record.metadata)) headers[metadataPrefix + name] = value;
  for (const name of storedHeaders) {
    const override = request.query.get(`response-${name}`);
    if (override !== undefined) headers[name] = headerValue(override);
  }
  // S3 gives no checksum of a range: a client would compare it with the wrong bytes.
  const wanted = options.whole && request.headers.get('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  return wanted ? { ...headers, ...checksumHeaders(record.checksum) } : headers;
}

type Headers = Record<string, string>;

/** The headers that tell a checksum; none when there is none. */
export function checksumHeaders(checksum: ObjectRecord['checksum']): Headers {
  if (checksum === undefined) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}
