import { S3Error } from './errors.ts';
import type { ObjectRecord } from './records.ts';

type Headers = ReadonlyMap<string, string>;

/**
 * Conditions of PutObject and CompleteMultipartUpload ("Conditional writes" in the S3 user guide): `If-None-Match: *`
 * and `If-Match: <etag>`.
 * @throws S3Error `PreconditionFailed`, `NoSuchKey` (If-Match without an object), `NotImplemented` (other values)
 */
export function checkWriteConditions(headers: Headers, existing: ObjectRecord | undefined): void {
  const noneMatch = headers.get('if-none-match');
  const match = headers.get('if-match');
  if (noneMatch !== undefined) {
    if (noneMatch !== '*') {
      throw new S3Error('NotImplemented', 'If-None-Match of a write must be *.', { Header: 'If-None-Match' });
    }
    if (existing !== undefined) throw preconditionFailed('If-None-Match');
  }
  if (match === undefined) return;
  if (existing === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (!matchesAny(match, existing.etag)) throw preconditionFailed('If-Match');
}

/**
 * Conditions of GetObject and HeadObject ("Conditional reads"; the order is that of RFC 9110, section 13.2.2).
 * @returns `not-modified` for 304
 * @throws S3Error `PreconditionFailed`
 */
export function checkReadConditions(headers: Headers, existing: ObjectRecord): 'send' | 'not-modified' {
  const match = headers.get('if-match');
  const unmodifiedSince = readDate(headers.get('if-unmodified-since'));
  if (match !== undefined) {
    if (!matchesAny(match, existing.etag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && seconds(existing.lastModifiedMs) > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined) return matchesAny(noneMatch, existing.etag) ? 'not-modified' : 'send';
  const modifiedSince = readDate(headers.get('if-modified-since'));
  return modifiedSince !== undefined && seconds(existing.lastModifiedMs) <= modifiedSince
    ? 'not-modified'
    : 'send';
}

/** Whether a list of entity tags, quoted or not, or `*`, holds this one. */
export function matchesAny(header: string, etag: string): boolean {
  return header.split(',').some((item) => {
    const tag = item
      .trim()
      .replace(/^W\//, '')
      .replace(/^"(.*)"$/, '$1');
    return tag === '*' || tag === etag;
  });
}

function readDate(header: string | undefined): number | undefined {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? undefined : seconds(time);
}

// HTTP dates have no fractions.
function seconds(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}

function preconditionFailed(condition: string): S3Error {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new S3Error('PreconditionFailed', message, { Condition: condition });
}
