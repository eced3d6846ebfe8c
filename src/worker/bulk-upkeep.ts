import type { BulkRepairs } from '../db/bulk-repairs.ts';
import type { BulkQueue } from '../queue/bulk-queue.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { ownerOf } from './janitor-steps/owner-of.ts';
import type { MoreSteps } from './janitor.ts';
import { sweepObjects } from './sweep-objects.ts';

export interface BulkUpkeepOptions {
  repairs: BulkRepairs;
  queue: Pick<BulkQueue, 'ensure'>;
  store: ObjectStore;
  keyPrefix: string;
  giveUpAfterHours: number;
  recordRetentionDays: number;
}

/** Bulk exports that one pass looks at; with more, the next one goes on. */
const PASS_LIMIT = 200;

/** The janitor's part for bulk exports. */
export class BulkUpkeep {
  readonly #options: BulkUpkeepOptions;
  /** Where the last pass ended: what is under way stays due, so the next one would begin with the same. */
  #deliveredTo: string | undefined;

  constructor(options: BulkUpkeepOptions) {
    this.#options = options;
  }

  /** Steps of the janitor, each of which can be repeated without harm. */
  steps(): Required<MoreSteps> {
    return {
      records: [
        { name: 'give up bulk exports', run: () => this.#giveUp() },
        { name: 'deliver bulk exports', run: () => this.#deliver() },
        { name: 'expire manifests', run: () => this.#expire() },
      ],
      storage: [{ name: 'sweep manifests', run: () => this.#sweep() }],
    };
  }

  async #giveUp(): Promise<void> {
    const { repairs, giveUpAfterHours: hours } = this.#options;
    const message = `Its turn did not come within ${hours} hours (BULK_GIVE_UP_AFTER_HOURS). Retry the bulk export.`;
    await repairs.giveUp({ hours, reason: { code: 'given_up', message } });
  }

  /** What is in the queue already stays there once; what it lost comes back. */
  async #deliver(): Promise<void> {
    const { repairs, queue } = this.#options;
    const due = await repairs.due({ after: this.#deliveredTo, limit: PASS_LIMIT });
    for (const id of due) await queue.ensure(id);
    this.#deliveredTo = due.length < PASS_LIMIT ? undefined : due.at(-1);
  }

  async #expire(): Promise<void> {
    const { repairs, recordRetentionDays } = this.#options;
    await repairs.expire();
    await repairs.forget(recordRetentionDays);
  }

  async #sweep(): Promise<void> {
    const { repairs, store, keyPrefix } = this.#options;
    for (const bulk of await repairs.toSweep(PASS_LIMIT)) {
      const keep = Object.values(bulk.manifest ?? {}).map(({ objectKey }) => objectKey);
      await sweepObjects(store, `${keyPrefix}${bulk.id}/`, (key) => {
        // Somebody may have it retried just now.
        const isLater = ownerOf(key, keyPrefix).attempt > bulk.attempt;
        return !keep.includes(key) && !isLater;
      });
      await repairs.swept(bulk);
    }
  }
}
