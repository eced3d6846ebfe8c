const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whose a key is, by the way keys are made: `<prefix><export id>/<attempt>-<random>/<file name>`. */
export interface KeyOwner {
  /** Undefined for what was not made by rowferry. */
  exportId: string | undefined;
  /** NaN for the same. */
  attempt: number;
}

export function ownerOf(key: string, keyPrefix: string): KeyOwner {
  const [exportId = '', folder = ''] = key.slice(keyPrefix.length).split('/');
  const [, attempt] = /^(\d+)-/.exec(folder) ?? [];
  return { exportId: UUID.test(exportId) ? exportId : undefined, attempt: Number(attempt) };
}

/** The exports that these keys name, each once. */
export function ownersOf(keys: readonly string[], keyPrefix: string): string[] {
  return [...new Set(keys.flatMap((key) => ownerOf(key, keyPrefix).exportId ?? []))];
}
