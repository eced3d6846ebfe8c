import type { ObjectStore } from '../storage/object-store.ts';

/** Removes every object and every unfinished upload under a prefix. Resolves to how many objects there were. */
export async function sweepObjects(store: ObjectStore, prefix: string): Promise<number> {
  await store.abortUploads(prefix);
  let removed = 0;
  for await (const { key } of store.list(prefix)) {
    await store.delete(key);
    removed++;
  }
  return removed;
}
