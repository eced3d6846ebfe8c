import type { ObjectStore } from '../storage/object-store.ts';

/** Where the manifest of a file is: beside it, and as long as it. */
export function manifestKeyOf(objectKey: string): string {
  return `${objectKey}.manifest.json`;
}

/** Whether `key` is that of one of the files, or of its manifest. */
export function isOfFiles(key: string, objectKeys: readonly string[]): boolean {
  return objectKeys.some((kept) => key === kept || key === manifestKeyOf(kept));
}

/** Removes both; no error where they are not there. */
export async function deleteWithManifest(
  store: Pick<ObjectStore, 'delete'>,
  objectKey: string,
): Promise<void> {
  await store.delete(manifestKeyOf(objectKey));
  await store.delete(objectKey);
}
