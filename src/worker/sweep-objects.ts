import type { ObjectStore } from '../storage/object-store.ts';

/** Removes every unfinished upload and every object under a prefix, but for `keepKey`. Resolves to how many there were. */
export async function sweepObjects(
  store: ObjectStore,
  prefix: string,
  keepKey: string | null = null,
): Promise<{ objects: number; uploads: number }> {
  const uploads = await store.abortUploads(prefix);
  let objects = 0;
  for await (const { key } of store.list(prefix)) {
    if (key === keepKey) continue;
    await store.delete(key);
    objects++;
  }
  return { objects, uploads: uploads.length };
}
