import { expect, it } from 'vitest';
import { chooseLane } from '../../src/api/choose-lane.ts';
import type { NewExport } from '../../src/db/export-records.ts';
import { datasetOf } from '../support/run-test-export.ts';

const dataset = datasetOf('select 1', ['id']);
const asked: NewExport & { params: Record<string, unknown> } = {
  ...{ tenant: 'default', role: 'user', subject: '1' },
  ...{ dataset: dataset.name, formats: ['csv'], params: {} },
};
const laneOf = (
  lastRows: () => Promise<number | undefined>,
  estimateRows: () => Promise<number>,
  maxRows = 100,
) => chooseLane({ records: { lastRows }, estimateRows, maxRows, timeoutMs: 50 }, dataset, asked);
const unknown = () => Promise.resolve(undefined);
const rows = (count: number) => () => Promise.resolve(count);
const never = () => new Promise<never>(() => undefined);
const broken = () => Promise.reject(new Error('It is away.'));

it.each([
  ['as many as fit were there the last time', rows(100), rows(101), 'fast'],
  ['more were there the last time', rows(101), rows(1), 'normal'],
  ['nothing was there the last time', rows(0), rows(101), 'fast'],
  ['the planner expects as many as fit', unknown, rows(100), 'fast'],
  ['the planner expects more', unknown, rows(101), 'normal'],
  ['the planner does not answer in time', unknown, never, 'normal'],
  ['the planner fails', unknown, broken, 'normal'],
  ['the records do not answer in time', never, rows(1), 'normal'],
  ['the records fail', broken, rows(1), 'normal'],
] as const)('where %s', async (_what, last, estimate, lane) => {
  expect(await laneOf(last, estimate)).toBe(lane);
});

it('is the normal one for all, and nobody is asked, where there is no fast one', async () => {
  let asks = 0;
  const count = () => Promise.resolve(asks++);
  expect(await laneOf(count, count, 0)).toBe('normal');
  expect(asks).toBe(0);
});
