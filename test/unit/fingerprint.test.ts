import { expect, it } from 'vitest';
import { fingerprintOf } from '../../src/db/fingerprint.ts';

const content = { dataset: 'diary', formats: ['csv'], params: { a: 1, b: { c: [1, 2], d: null } } };
const same = (other: typeof content & { options?: { compression: string } }) =>
  fingerprintOf(content).equals(fingerprintOf(other));

it('is the same whatever the order of members, and whoever asks', () => {
  expect(same({ params: { b: { d: null, c: [1, 2] }, a: 1 }, formats: ['csv'], dataset: 'diary' })).toBe(
    true,
  );
  expect(same({ ...content, options: { compression: 'none' } })).toBe(true);
  expect(same({ ...content, subject: '2' } as typeof content)).toBe(true);
});

it.each([
  ['dataset', { dataset: 'users' }],
  ['format', { formats: ['json'] }],
  ['formats', { formats: ['csv', 'json'] }],
  ['params', { params: { a: 1, b: { c: [2, 1], d: null } } }],
  ['type of a value', { params: { a: '1', b: { c: [1, 2], d: null } } }],
  ['options', { options: { compression: 'gzip' } }],
])('is another with another %s', (_name, change) => {
  expect(same({ ...content, ...change } as typeof content)).toBe(false);
});

it('is another for each schedule where only changes are asked for: what is last depends on who asks', () => {
  const since = { ...content, options: { compression: 'none', since: 'last' } };
  const ofSchedule = (options: object) => fingerprintOf({ ...since, ...options, scheduleId: 'one' });
  expect(ofSchedule({}).equals(fingerprintOf(since))).toBe(false);
  expect(ofSchedule({ options: content }).equals(fingerprintOf({ ...since, options: content }))).toBe(true);
});
