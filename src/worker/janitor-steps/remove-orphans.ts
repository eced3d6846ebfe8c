import type { KnownExport } from '../../db/leftover-records.ts';
import { isOfFiles } from '../../manifest/manifest-key.ts';
import type { StoredObject } from '../../storage/object-store.ts';
import { ownerOf, ownersOf } from './owner-of.ts';
import { inPages } from './pages.ts';
import type { JanitorContext, JanitorStep } from './step.ts';

const STEP = 'orphans';

/**
 * Removes old objects under our prefix that are nobody's result, also of exports that there never were. It lists the whole
 * prefix, so it is done seldom, by all processes together.
 */
export const removeOrphans: JanitorStep = async (context, signal) => {
  const { records, leftovers, store, keyPrefix, orphanAgeMs, orphanIntervalSeconds } = context;
  if (!(await records.isDue(STEP, orphanIntervalSeconds))) return;
  for await (const page of inPages(store.list(keyPrefix))) {
    if (signal.aborted) return;
    const old = page.filter(({ ageMs }) => ageMs > orphanAgeMs);
    if (old.length === 0) continue;
    const known = await leftovers.known(
      ownersOf(
        old.map(({ key }) => key),
        keyPrefix,
      ),
    );
    for (const object of old) await removeIfUnknown(context, object, known);
  }
  await records.done(STEP);
};

async function removeIfUnknown(
  { store, keyPrefix, history, repairs }: JanitorContext,
  { key }: StoredObject,
  known: ReadonlyMap<string, KnownExport>,
): Promise<void> {
  const { exportId } = ownerOf(key, keyPrefix);
  const owner = exportId === undefined ? undefined : known.get(exportId);
  if (owner !== undefined && (owner.open || isOfFiles(key, owner.objectKeys))) return;
  await store.delete(key);
  repairs.made('orphan_removed', { objectKey: key }, 'a file that is no export’s result was removed');
  if (owner !== undefined) await history.note(owner.id, 'leftovers_removed', { objects: 1 });
}
