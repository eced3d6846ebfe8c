import { expect, it } from 'vitest';
import { chooseEncoder } from '../../src/export/choose-encoder.ts';
import { NO_OPTIONS } from '../../src/export/export-options.ts';

it.each([
  ['plain columns as CSV', {}, 'csv', 'auto', 'bytes'],
  ['JSON', {}, 'json', 'auto', 'rows'],
  [
    'a dataset with a transform',
    { transform: (row: readonly (string | null)[]) => row },
    'csv',
    'auto',
    'rows',
  ],
  ['anything, when the setting says so', {}, 'csv', 'rows', 'rows'],
] as const)('takes %s the right way and says why', (_what, dataset, format, setting, path) => {
  const choice = chooseEncoder(dataset, format, NO_OPTIONS, setting);
  expect(choice.path).toBe(path);
  expect(choice.reason).not.toBe('');
});
