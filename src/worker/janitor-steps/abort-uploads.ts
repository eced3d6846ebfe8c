import type { KnownExport } from '../../db/leftover-records.ts';
import type { PendingUpload } from '../../storage/object-store.ts';
import { ownerOf, ownersOf } from './owner-of.ts';
import { inPages } from './pages.ts';
import type { JanitorContext, JanitorStep } from './step.ts';

/**
 * Drops unfinished uploads that nobody will finish. All there are are listed in each pass: there are no more of them than
 * running attempts and leftovers, and each costs storage that no listing of objects shows.
 *
 * An attempt that was overtaken and still uploads fails by it, as it should.
 */
export const abortUploads: JanitorStep = async (context, signal) => {
  const { store, keyPrefix, leftovers } = context;
  for await (const page of inPages(store.uploads(keyPrefix))) {
    if (signal.aborted) return;
    // Read after the listing: an upload that is in it belongs to no later attempt than the row tells.
    const known = await leftovers.known(
      ownersOf(
        page.map(({ key }) => key),
        keyPrefix,
      ),
    );
    for (const upload of page) await abortIfOver(context, upload, known);
  }
};

async function abortIfOver(
  { store, keyPrefix, history, orphanAgeMs, repairs }: JanitorContext,
  upload: PendingUpload,
  known: ReadonlyMap<string, KnownExport>,
): Promise<void> {
  const { exportId, attempt } = ownerOf(upload.key, keyPrefix);
  const owner = exportId === undefined ? undefined : known.get(exportId);
  const isOver =
    owner === undefined || Number.isNaN(attempt) ? upload.ageMs > orphanAgeMs : isPast(attempt, owner);
  if (!isOver || !(await store.abortUpload(upload))) return;
  const facts = { exportId, objectKey: upload.key };
  repairs.made('upload_aborted', facts, 'an upload that nobody would have finished was dropped');
  if (owner !== undefined) await history.note(owner.id, 'leftovers_removed', { uploads: 1 });
}

function isPast(attempt: number, owner: KnownExport): boolean {
  if (owner.status === 'running') return attempt < owner.attempt;
  return true;
}
