import { manifestKeyOf } from '../../src/manifest/manifest-key.ts';

/** Keys of files. The manifest of a file that is there too goes with it; one whose file is not there is left over. */
export function filesAmong(keys: readonly string[]): string[] {
  const manifests = new Set(keys.map(manifestKeyOf));
  return keys.filter((key) => !manifests.has(key));
}
