import type { ObjectStore } from '../storage/object-store.ts';

/** Where the manifest of a file is: beside it, and as long as it. */
export function manifestKeyOf(objectKey: string): string {
  return `${objectKey}.manifest.json`;
}

/** Whether `key` is the file's or its manifest's. */
export function isOfFile(key: string, objectKey: string | null): boolean {
  return objectKey !== null && (key === objectKey || key === manifestKeyOf(objectKey));
}

/** Removes both; no error where they are not there. */
export async function deleteWithManifest(
  store: Pick<ObjectStore, 'delete'>,
  objectKey: string,
): Promise<void> {
  await store.delete(manifestKeyOf(objectKey));
  await store.delete(objectKey);
}
