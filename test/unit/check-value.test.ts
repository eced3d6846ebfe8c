import { describe, expect, it } from 'vitest';
import { checkOf } from '../../src/import/check-value.ts';

describe('a whole number', () => {
  const check = checkOf({ name: 'n', type: 'integer' });

  it.each(['0', '-1', '+1', '007', '9223372036854775807', '-9223372036854775808'])('%s is taken', (value) => {
    expect(check(value)).toBeUndefined();
  });

  it.each(['9223372036854775808', '-9223372036854775809', '9'.repeat(1000), '', '1.0', '1e3', '٣'])(
    '%s is not, which bigint does not hold',
    (value) => {
      expect(check(value)).toContain('is not a whole number');
    },
  );
});

describe('a number', () => {
  const check = checkOf({ name: 'n', type: 'number' });
  const taken = [
    '1',
    '-1.50',
    '.5',
    '1.7976931348623157e+308',
    '2.2250738585072014e-308',
    '5e-324',
    '0e-999',
  ];

  it.each([...taken, '9'.repeat(1000)])('%s is taken', (value) => {
    expect(check(value)).toBeUndefined();
  });

  it.each(['1e309', '-1e309', '1e-400', '1e1000', 'NaN', 'Infinity', '-Infinity', '1e', '9'.repeat(1001)])(
    '%s is not',
    (value) => {
      expect(check(value)).toContain('is not a number');
    },
  );
});
