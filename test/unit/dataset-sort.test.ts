import { describe, expect, it } from 'vitest';
import { orderBy, sortContradictions } from '../../src/export/dataset-sort.ts';
import type { DatasetSort } from '../../src/export/dataset-sort.ts';

const sort: DatasetSort = {
  by: { watched_at: 'r.watched_at', title: 'm.title' },
  default: ['-watched_at'],
  tieBreak: 'r.id',
};

describe('orderBy', () => {
  it.each([
    [undefined, 'r.watched_at desc, r.id desc'],
    [['watched_at'], 'r.watched_at, r.id'],
    [['-watched_at', 'title'], 'r.watched_at desc, m.title, r.id'],
    [['title', '-watched_at'], 'm.title, r.watched_at desc, r.id desc'],
  ])('of %j ends with what is different for each row, in the direction before it', (keys, text) => {
    expect(orderBy(sort, keys)).toBe(text);
  });
});

describe('sortContradictions', () => {
  it('finds none in one that fits', () => {
    expect(sortContradictions(sort, ['title', 'watched_at'])).toEqual([]);
    expect(sortContradictions(undefined, ['title'])).toEqual([]);
  });

  it('names what is no column, and what nobody may sort by', () => {
    expect(sortContradictions({ ...sort, default: ['-toString'] }, ['title'])).toEqual([
      'sort.by: "watched_at" is not one of columns',
      'sort.default: "toString" is not one of sort.by',
    ]);
  });
});
