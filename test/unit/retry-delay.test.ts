import { expect, it } from 'vitest';
import { retryDelayMs } from '../../src/worker/retry-delay.ts';

const options = { firstDelayMs: 30_000, maxDelayMs: 6 * 3_600_000 };
const pauses = (random: () => number) =>
  Array.from({ length: 12 }, (_, index) => retryDelayMs(index + 1, options, random) / 1000);

it('doubles up to a limit', () => {
  expect(pauses(() => 1)).toEqual([30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 21_600, 21_600]);
});

it('is spread over the half of it', () => {
  expect(pauses(() => 0).slice(0, 3)).toEqual([15, 30, 60]);
  expect(new Set(Array.from({ length: 50 }, () => retryDelayMs(5, options))).size).toBeGreaterThan(40);
});

it('tries for days, some 20 times, before a message is given up', () => {
  const days = 3 * 86_400;
  let elapsed = 0;
  let tries = 0;
  while (elapsed < days) elapsed += retryDelayMs(++tries, options, () => 0.5) / 1000;
  expect(tries).toBeGreaterThan(15);
  expect(tries).toBeLessThan(30);
});
