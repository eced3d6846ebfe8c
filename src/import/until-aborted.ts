/**
 * The same items until the signal is aborted, and then its reason at once, also where the next item never comes: reading
 * a file has many steps, and this ends all of them. Whoever made the iterator closes it.
 */
export async function* untilAborted<T>(
  iterator: AsyncIterator<T, unknown>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  // One listener and a promise for each item: a race with a promise that stays would keep a piece of each.
  let reject: ((reason: unknown) => void) | undefined;
  const abort = () => reject?.(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<T, unknown>>((resolve, refuse) => {
        reject = refuse;
        iterator.next().then(resolve, refuse);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
