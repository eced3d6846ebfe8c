import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeToken, encodeToken, listPage } from '../../src/embedded/s3/listing.ts';
import type { ListingPosition } from '../../src/embedded/s3/listing.ts';
import { compareUtf8, SortedIndex } from '../../src/embedded/s3/utf8-order.ts';

const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));
const character = fc.constantFrom('a', 'b', '/', '-', '\u{ff5e}', '\u{1f600}');
const key = fc.string({ unit: character, minLength: 1, maxLength: 6 });
const keys = fc.uniqueArray(key, { maxLength: 40 });
const prefix = fc.string({ unit: character, maxLength: 2 });
const delimiter = fc.constantFrom('', '/', 'a', '--');

/** The documented rules, written down without any thought for speed. */
function expectedItems(all: string[], query: { prefix: string; delimiter: string; after: string }): string[] {
  const items = all
    .filter((name) => name.startsWith(query.prefix) && byBytes(name, query.after) > 0)
    .sort(byBytes)
    .map((name) => {
      const end = query.delimiter === '' ? -1 : name.indexOf(query.delimiter, query.prefix.length);
      return end === -1 ? `key ${name}` : `prefix ${name.slice(0, end + query.delimiter.length)}`;
    });
  return [...new Set(items)];
}

describe('compareUtf8', () => {
  it('orders as the bytes do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        expect(Math.sign(compareUtf8(left, right))).toBe(byBytes(left, right));
      }),
    );
  });
});

describe('listPage', () => {
  it('gives everything once and in order, page by page', () => {
    const page = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(keys, prefix, delimiter, prefix, page, (all, begins, rolled, startAfter, maximum) => {
        const index = new SortedIndex<string>();
        for (const name of all) index.set(name, name);
        const items: string[] = [];
        let after: ListingPosition | undefined =
          startAfter === '' ? undefined : { kind: 'key', value: startAfter };
        for (;;) {
          const { entries, commonPrefixes, next } = listPage(index, {
            prefix: begins,
            delimiter: rolled,
            after,
            maximum,
          });
          const merged = [
            ...entries.map(([name]) => ({ name, item: `key ${name}` })),
            ...commonPrefixes.map((name) => ({ name, item: `prefix ${name}` })),
          ].sort((left, right) => byBytes(left.name, right.name));
          expect(merged.length).toBeLessThanOrEqual(maximum);
          items.push(...merged.map(({ item }) => item));
          if (next === undefined) break;
          expect(merged.length).toBe(maximum);
          after = decodeToken(encodeToken(next));
          expect(after).toEqual(next);
        }
        expect(items).toEqual(expectedItems(all, { prefix: begins, delimiter: rolled, after: startAfter }));
      }),
    );
  });

  it('forgets deleted keys and knows replaced ones once', () => {
    fc.assert(
      fc.property(keys, keys, (some, others) => {
        const index = new SortedIndex<string>();
        for (const name of [...some, ...others, ...some]) index.set(name, name);
        for (const name of others) index.delete(name);
        const { entries } = listPage(index, { prefix: '', delimiter: '', after: undefined, maximum: 1000 });
        const left = some.filter((name) => !others.includes(name)).sort(byBytes);
        expect(entries.map(([name]) => name)).toEqual(left);
        expect(index.size).toBe(left.length);
      }),
    );
  });

  it('refuses tokens that are none of its own', () => {
    for (const token of ['', 'x', 'AAAA', 'a b', '%%%']) expect(decodeToken(token)).toBeUndefined();
  });
});
