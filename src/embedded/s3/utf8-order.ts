/**
 * Compares as the UTF-8 bytes of both would, the order of S3's listings ("Listing object keys programmatically" in the
 * S3 user guide). JavaScript compares UTF-16 units, which differs only where a surrogate meets U+E000 to U+FFFF.
 */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) return rank(a) - rank(b);
  }
  return left.length - right.length;
}

// Surrogates stand for code points above U+FFFF: move them past the rest of the plane.
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Values by key, with the keys in UTF-8 order. */
export class SortedIndex<T> {
  readonly #values = new Map<string, T>();
  readonly #keys: string[] = [];

  get size(): number {
    return this.#values.size;
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: T): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#lowerBound(key), 0, key);
    this.#values.set(key, value);
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#keys.splice(this.#lowerBound(key), 1);
  }

  values(): Iterable<T> {
    return this.#values.values();
  }

  /** The key at a place of the order. */
  keyAt(place: number): string | undefined {
    return this.#keys[place];
  }

  /** The first place whose key does not satisfy `before`, which must hold for a run of keys from the start on. */
  firstNot(before: (key: string) => boolean): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const key = this.#keys[middle];
      if (key !== undefined && before(key)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #lowerBound(key: string): number {
    return this.firstNot((other) => compareUtf8(other, key) < 0);
  }
}
