import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ExportProgress } from '../../src/export/run-export.ts';
import { Heartbeat } from '../../src/worker/heartbeat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function beating(answers: readonly (boolean | Error)[] = []) {
  const beats: ExportProgress[] = [];
  const heartbeat = new Heartbeat((progress) => {
    const answer = answers[beats.length] ?? true;
    beats.push(progress);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
  return { heartbeat, beats };
}

const progress = (rows: number) => ({ rows, bytes: 10 * rows, estimatedRows: 500 });

it('writes nothing for an export that is over at once', async () => {
  const { heartbeat, beats } = beating();
  heartbeat.report(progress(0));
  heartbeat.report(progress(100));
  heartbeat.stop();
  await vi.advanceTimersByTimeAsync(5000);
  expect(beats).toEqual([]);
});

it('writes the estimate soon, and then the newest progress once a second', async () => {
  const { heartbeat, beats } = beating();
  heartbeat.report(progress(0));
  await vi.advanceTimersByTimeAsync(250);
  expect(beats).toEqual([progress(0)]);
  heartbeat.report(progress(100));
  heartbeat.report(progress(200));
  await vi.advanceTimersByTimeAsync(2000);
  expect(beats).toEqual([progress(0), progress(200), progress(200)]);
  heartbeat.stop();
});

it('beats before there is anything to report', async () => {
  const { heartbeat, beats } = beating();
  await vi.advanceTimersByTimeAsync(1000);
  expect(beats).toHaveLength(1);
  heartbeat.stop();
});

it('takes no failure for a verdict, and a refusal for one', async () => {
  const { heartbeat } = beating([new Error('the database is away'), true, false]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(heartbeat.lost.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  expect(heartbeat.lost.reason).toMatchObject({ code: 'superseded' });
  heartbeat.stop();
});
