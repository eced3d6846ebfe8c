import { expect, test } from 'vitest';
import { grown, lowest } from '../faults/soak/gauges.ts';

const memory = (...mib: number[]) => mib.map((value) => ({ 'worker: RSS MiB': value }));
const grownBetween = (start: number[], end: number[]) =>
  grown(lowest(memory(...start)), lowest(memory(...end)));

test('a heap that swings has not grown', () => {
  expect(grownBetween([223, 237, 271], [266, 225, 290])).toEqual([]);
});

test('memory that is never given back has', () => {
  expect(grownBetween([223, 237, 271], [266, 280, 290])).toEqual(['worker: RSS MiB']);
});

test('one upload that stays is one too many', () => {
  const uploads = (count: number) => ({ 'storage: unfinished uploads': count });
  expect(grown(lowest([uploads(0), uploads(3)]), lowest([uploads(4), uploads(0)]))).toEqual([]);
  expect(grown(lowest([uploads(0)]), lowest([uploads(1), uploads(1)]))).toEqual([
    'storage: unfinished uploads',
  ]);
});
