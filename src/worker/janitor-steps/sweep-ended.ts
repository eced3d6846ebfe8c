import type { EndedExport } from '../../db/leftover-records.ts';
import { isOfFiles } from '../../manifest/manifest-key.ts';
import { sweepObjects } from '../sweep-objects.ts';
import { ownerOf } from './owner-of.ts';
import type { JanitorContext } from './step.ts';

type SweepContext = Pick<
  JanitorContext,
  'leftovers' | 'history' | 'store' | 'keyPrefix' | 'leaseSeconds' | 'repairs'
>;

/** Exports swept in one pass. */
const PAGE = 200;
/** A pass does not spend more on this: with a slow storage the other steps must not wait for it. */
const BUDGET_MS = 30_000;
/** One that could not be swept is tried again then, behind the others. */
const POSTPONE_SECONDS = 60;

/**
 * Removes what ended exports left in storage: files and uploads of attempts that died or came too late, expired files,
 * and everything of deleted exports. A slow attempt that still uploads meanwhile hits no row when it wants to publish,
 * and deletes its own file; should it die before that, the search for orphans finds it.
 */
export async function sweepEnded(context: SweepContext, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  const failures: unknown[] = [];
  for (const ended of await context.leftovers.toSweep(PAGE)) {
    if (signal.aborted || performance.now() - startedAt > BUDGET_MS) break;
    try {
      await sweep(context, ended);
    } catch (error) {
      failures.push(error);
      await context.leftovers.postpone(ended.id, POSTPONE_SECONDS);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function sweep(context: SweepContext, ended: EndedExport): Promise<void> {
  const { leftovers, history, store, keyPrefix, leaseSeconds, repairs } = context;
  const exportId = ended.id;
  const removed = await sweepObjects(store, `${keyPrefix}${exportId}/`, (key) => {
    // Somebody may have it retried just now.
    const isLater = ownerOf(key, keyPrefix).attempt > ended.attempt;
    return !isOfFiles(key, ended.keepKeys) && !isLater;
  });
  const outcome = await leftovers.swept(ended, { settleSeconds: leaseSeconds });
  if (outcome === 'purged') {
    repairs.made(
      'purged',
      { exportId, ...removed },
      'a deleted export is gone from storage; its record went too',
    );
  } else if (ended.expired) {
    repairs.made('file_removed', { exportId, ...removed }, 'the file of an expired export was removed');
  } else if (removed.objects + removed.uploads > 0) {
    const message = 'an export that has ended had left something in storage; it was removed';
    repairs.made('leftovers_removed', { exportId, ...removed }, message);
    await history.note(exportId, 'leftovers_removed', { ...removed });
  }
}
