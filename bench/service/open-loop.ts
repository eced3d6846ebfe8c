/**
 * Calls `send` at a fixed rate, whether or not earlier calls have been answered, as independent clients do. Resolves to
 * the milliseconds each took, counted from when it was due: a generator that is late hides no waiting.
 */
export async function openLoop(options: {
  perSecond: number;
  seconds: number;
  send: (index: number) => Promise<unknown>;
}): Promise<number[]> {
  const { perSecond, seconds, send } = options;
  const total = Math.round(perSecond * seconds);
  const startedAt = performance.now();
  const calls: Promise<number>[] = [];
  await new Promise<void>((resolve) => {
    const fire = () => {
      const now = performance.now();
      while (calls.length < total) {
        const dueAt = startedAt + (calls.length * 1000) / perSecond;
        if (dueAt > now) {
          setTimeout(fire, dueAt - now);
          return;
        }
        calls.push(send(calls.length).then(() => performance.now() - dueAt));
      }
      resolve();
    };
    fire();
  });
  return Promise.all(calls);
}
