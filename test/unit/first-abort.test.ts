import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AttemptEnd } from '../../src/worker/attempt-end.ts';
import { FirstAbort } from '../../src/worker/first-abort.ts';

it('aborts with the reason of the first, and once', () => {
  const [one, two] = [new AbortController(), new AbortController()];
  const { signal } = new FirstAbort([one.signal, two.signal]);
  expect(signal.aborted).toBe(false);
  two.abort('second');
  one.abort('first');
  expect(signal.reason).toBe('second');
});

it('is aborted from the start where a source is', () => {
  const { signal } = new FirstAbort([new AbortController().signal, AbortSignal.abort('before')]);
  expect(signal.reason).toBe('before');
});

it('hears nothing more once it is forgotten', () => {
  const source = new AbortController();
  const first = new FirstAbort([source.signal]);
  first.forget();
  source.abort();
  expect(first.signal.aborted).toBe(false);
});

// A worker makes one for each attempt, beside a signal that lives as long as the worker.
it('leaves nothing behind in a source that stays', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const usedBytes = async () => {
    for (let round = 0; round < 4; round++) {
      collect();
      await pause(10);
    }
    return process.memoryUsage().heapUsed;
  };
  const shutdown = new AbortController();
  const attempts = async (count: number) => {
    for (let index = 0; index < count; index++) {
      const others = [shutdown.signal, new AbortController().signal];
      const { signal: lockLost } = new AbortController();
      new AttemptEnd({ what: 'export', deadlineMs: 60_000, lockLost, others }).stop();
      // References from finalizers go in turns of their own.
      if (index % 1000 === 0) await pause(1);
    }
  };
  await attempts(5000);
  const before = await usedBytes();
  await attempts(20_000);
  expect((await usedBytes()) - before).toBeLessThan(20_000 * 20);
});
