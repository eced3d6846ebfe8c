import type { ObjectStore } from '../storage/object-store.ts';

/** Parts in flight can bring an upload back that was just dropped. */
const ROUNDS = 3;

/** Removes the unfinished uploads and the objects under a prefix that are left over. Resolves to how many there were. */
export async function sweepObjects(
  store: ObjectStore,
  prefix: string,
  isLeftOver: (key: string) => boolean = () => true,
): Promise<{ objects: number; uploads: number }> {
  const uploads = await sweepUploads(store, prefix, isLeftOver);
  let objects = 0;
  for await (const { key } of store.list(prefix)) {
    if (!isLeftOver(key)) continue;
    await store.delete(key);
    objects++;
  }
  return { objects, uploads };
}

async function sweepUploads(
  store: ObjectStore,
  prefix: string,
  isLeftOver: (key: string) => boolean,
): Promise<number> {
  const dropped = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    let found = 0;
    for await (const upload of store.uploads(prefix)) {
      if (!isLeftOver(upload.key)) continue;
      found++;
      await store.abortUpload(upload);
      dropped.add(upload.key);
    }
    if (found === 0) break;
  }
  return dropped.size;
}
