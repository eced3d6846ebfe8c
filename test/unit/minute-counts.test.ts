import { expect, it } from 'vitest';
import { MinuteCounts } from '../../src/api/minute-counts.ts';

it('counts each name for itself until the minute is over, and then none', () => {
  let nowMs = 5_000_000;
  const counts = new MinuteCounts(() => nowMs);
  expect(counts.of('one')).toBe(0);
  expect([counts.add('one'), counts.add('one'), counts.add('another')]).toEqual([1, 2, 1]);
  nowMs += 59_999;
  expect([counts.of('one'), counts.of('another')]).toEqual([2, 1]);
  expect(counts.add('one')).toBe(3);
  nowMs += 1;
  expect([counts.of('one'), counts.add('another')]).toEqual([0, 1]);
});

it('says in whole seconds when that is, and never that it is now', () => {
  let nowMs = 0;
  const counts = new MinuteCounts(() => nowMs);
  counts.add('one');
  expect(counts.secondsLeft()).toBe(60);
  nowMs = 18_001;
  expect(counts.secondsLeft()).toBe(42);
  nowMs = 59_999;
  expect(counts.secondsLeft()).toBe(1);
  nowMs = 60_000;
  expect(counts.secondsLeft()).toBe(1);
  counts.add('one');
  expect(counts.secondsLeft()).toBe(60);
});
