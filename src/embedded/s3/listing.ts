import { compareUtf8 } from './utf8-order.ts';
import type { SortedIndex } from './utf8-order.ts';

/** Where a page of a listing ended: after a key, or after everything that begins with a common prefix. */
export interface ListingPosition {
  readonly kind: 'key' | 'prefix';
  readonly value: string;
}

export interface ListingQuery {
  readonly prefix: string;
  /** Empty for none. */
  readonly delimiter: string;
  readonly after: ListingPosition | undefined;
  /** Keys and common prefixes together. */
  readonly maximum: number;
}

export interface ListingPage<T> {
  readonly entries: readonly (readonly [key: string, value: T])[];
  readonly commonPrefixes: readonly string[];
  /** Set when there is more. */
  readonly next: ListingPosition | undefined;
}

/**
 * One page of a listing ("Organizing objects using prefixes" in the S3 user guide): keys that begin with the prefix, in
 * order; those with the delimiter behind the prefix are rolled up into one common prefix each, which is skipped in one
 * binary search however many keys it holds.
 */
export function listPage<T>(index: SortedIndex<T>, query: ListingQuery): ListingPage<T> {
  const { prefix, delimiter, after, maximum } = query;
  const entries: [string, T][] = [];
  const commonPrefixes: string[] = [];
  let last: ListingPosition | undefined;
  let place = index.firstNot((key) => compareUtf8(key, prefix) < 0);
  if (after !== undefined) place = Math.max(place, placeAfter(index, after));
  while (maximum > 0) {
    const key = index.keyAt(place);
    if (!key?.startsWith(prefix)) return { entries, commonPrefixes, next: undefined };
    if (entries.length + commonPrefixes.length >= maximum) return { entries, commonPrefixes, next: last };
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end === -1) {
      const value = index.get(key);
      if (value !== undefined) entries.push([key, value]);
      last = { kind: 'key', value: key };
      place += 1;
    } else {
      const common = key.slice(0, end + delimiter.length);
      commonPrefixes.push(common);
      last = { kind: 'prefix', value: common };
      place = placeAfter(index, last);
    }
  }
  return { entries, commonPrefixes, next: undefined };
}

function placeAfter(index: SortedIndex<unknown>, position: ListingPosition): number {
  const { kind, value } = position;
  return index.firstNot(
    (key) => compareUtf8(key, value) <= 0 || (kind === 'prefix' && key.startsWith(value)),
  );
}

/** The opaque form of a position, for `ContinuationToken`. */
export function encodeToken(position: ListingPosition): string {
  return Buffer.from(`${position.kind === 'key' ? 'k' : 'p'}${position.value}`).toString('base64url');
}

/** Reads a token back; `undefined` when it is none of ours. */
export function decodeToken(token: string): ListingPosition | undefined {
  const text = Buffer.from(token, 'base64url').toString();
  const position = { kind: text.startsWith('k') ? 'key' : 'prefix', value: text.slice(1) } as const;
  return encodeToken(position) === token ? position : undefined;
}
