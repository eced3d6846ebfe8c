import { expect, it } from 'vitest';
import { withoutTrailingZeros } from '../../src/export/formats/trailing-zeros.ts';

it.each([
  ['', ''],
  ['0', ''],
  ['000', ''],
  ['10', '1'],
  ['1001', '1001'],
  ['00100', '001'],
])('of the digits “%s” leaves “%s”', (digits, rest) => {
  expect(withoutTrailingZeros(digits)).toBe(rest);
});

it('leaves zeros alone that something follows, however many they are', () => {
  const digits = `${'0'.repeat(16_382)}1`;
  expect(withoutTrailingZeros(`${digits}${'0'.repeat(16_383)}`)).toBe(digits);
});
