import { expect, it } from 'vitest';
import { parseDuration } from '../../src/cli/duration.ts';

it.each([
  ['45s', 45],
  ['30m', 1800],
  ['12h', 43_200],
  ['90d', 7_776_000],
])('%s is %i seconds', (text, seconds) => {
  expect(parseDuration('--expires-in', text)).toBe(seconds);
});

it.each(['', '0d', '90', 'd', '-1d', '1.5h', '1y', '90 d', '4000d', '9999999999s'])(
  'refuses "%s"',
  (text) => {
    expect(() => parseDuration('--expires-in', text)).toThrow(/--expires-in.*90d/);
  },
);
