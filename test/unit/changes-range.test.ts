import { expect, it } from 'vitest';
import { rangeFrom } from '../../src/export/changes-range.ts';

const snapshot = (id: string, server?: string) => ({ takenAt: '2026-11-22T11:35:21.120417Z', id, server });
const base = { exportId: '48c6a37f-8c7e-461f-9cd4-edbf09688108', snapshot: snapshot('7:9:8', '5/00000001') };

it('goes from the export before to this one', () => {
  const now = snapshot('12:12:', '5/00000001');
  expect(rangeFrom(base, now)).toEqual({ from: base.snapshot, to: now, export: base.exportId });
});

it.each([
  ['there is none', undefined, '5/00000001'],
  ['it was read from another server', base, '6/00000001'],
  ['the server was restored since', base, '5/00000002'],
])('holds everything where %s', (_, before, server) => {
  const now = snapshot('12:12:', server);
  expect(rangeFrom(before, now)).toEqual({ from: null, to: now, export: null });
});

it('is refused on a replica, which does not tell what is in progress', () => {
  expect(() => rangeFrom(base, snapshot('12:12:'))).toThrow('Let it read the primary');
});
