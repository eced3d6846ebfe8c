import type { RepairRecords } from '../db/repair-records.ts';
import type { Logger } from '../logger.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import type { ObjectStore, StoredObject } from '../storage/object-store.ts';
import { sweepObjects } from './sweep-objects.ts';

export interface JanitorOptions {
  records: RepairRecords;
  queue: ExportQueue;
  store: ObjectStore;
  keyPrefix: string;
  intervalMs: number;
  leaseSeconds: number;
  orphanAgeMs: number;
  idempotencyHours: number;
  /** What else is to be done in every pass. Each can be repeated without harm. */
  moreSteps?: readonly { name: string; run: () => Promise<void> }[];
  logger: Logger;
}

/** An accepted export that the queue has not seen for this long never got there. */
const ENQUEUE_GRACE_SECONDS = 5;
/** Looking for orphans lists the whole prefix, so it is done seldom. */
const ORPHAN_INTERVAL_MS = 3_600_000;
const ORPHAN_PAGE = 500;

/**
 * Mends what crashes leave behind, on one process at a time. Every step can be repeated, interrupted or fail without
 * harm: the next pass goes on.
 */
export class Janitor {
  readonly #options: JanitorOptions;
  #timer: NodeJS.Timeout | undefined;
  #pass: Promise<void> = Promise.resolve();
  #orphansSoughtAt = -Infinity;
  #stopped = false;

  constructor(options: JanitorOptions) {
    this.#options = options;
  }

  start(): void {
    const next = () => {
      this.#pass = this.run().finally(() => {
        if (!this.#stopped) this.#timer = setTimeout(next, this.#options.intervalMs);
      });
    };
    next();
  }

  /** Resolves when a pass under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#pass;
  }

  /** One pass. Never rejects: what went wrong is logged, and tried again in the next. */
  async run(): Promise<void> {
    try {
      await this.#options.records.alone(async () => {
        await this.#step('re-add', () => this.#readd());
        await this.#step('expire', () => this.#expire());
        await this.#step('delete', () => this.#removeDeleted());
        await this.#step('forget', () => this.#forgetRequests());
        for (const { name, run } of this.#options.moreSteps ?? []) await this.#step(name, run);
        await this.#step('orphans', () => this.#removeOrphans());
      });
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'the janitor could not work');
    }
  }

  async #step(name: string, work: () => Promise<void>): Promise<void> {
    if (this.#stopped) return;
    try {
      await work();
    } catch (error) {
      this.#options.logger.warn({ err: error, step: name }, 'a janitor step failed and will be tried again');
    }
  }

  /** Accepted, but the queue does not know it: it never got there, or the queue lost it. */
  async #readd(): Promise<void> {
    const { records, queue, leaseSeconds, logger } = this.#options;
    for (const exportId of await records.overdue({ graceSeconds: ENQUEUE_GRACE_SECONDS, leaseSeconds })) {
      if (await queue.has(exportId)) continue;
      await queue.add(exportId);
      logger.info(
        { exportId, repair: 'readded' },
        'an accepted export was not in the queue; it was added again',
      );
    }
  }

  async #expire(): Promise<void> {
    const { records, store, logger } = this.#options;
    const expired = await records.expire();
    if (expired > 0) logger.info({ expired, repair: 'expired' }, 'files passed their retention');
    for (const { id, objectKey } of await records.expiredFiles()) {
      await store.delete(objectKey);
      await records.forgetFile(id);
    }
  }

  async #removeDeleted(): Promise<void> {
    const { records, store, keyPrefix, leaseSeconds, logger } = this.#options;
    for (const exportId of await records.deleted({ graceSeconds: leaseSeconds })) {
      const objects = await sweepObjects(store, `${keyPrefix}${exportId}/`);
      await records.purge(exportId);
      logger.info({ exportId, objects, repair: 'purged' }, 'a deleted export is gone from storage too');
    }
  }

  /** No repair: what nobody asks for any more is dropped in silence. */
  async #forgetRequests(): Promise<void> {
    const { records, idempotencyHours } = this.#options;
    await records.forgetRequests({ idempotencyHours });
  }

  /** Objects under our prefix that are nobody's result, and uploads that nobody will finish. */
  async #removeOrphans(): Promise<void> {
    const { store, keyPrefix, orphanAgeMs, logger } = this.#options;
    const now = performance.now();
    if (now - this.#orphansSoughtAt < ORPHAN_INTERVAL_MS) return;
    const bornBefore = new Date(Date.now() - orphanAgeMs);
    const uploads = await store.abortUploads(keyPrefix, bornBefore);
    if (uploads.length > 0)
      logger.info({ uploads, repair: 'uploads_aborted' }, 'unfinished uploads were dropped');
    let page: StoredObject[] = [];
    for await (const object of store.list(keyPrefix)) {
      if (object.modifiedAt < bornBefore) page.push(object);
      if (page.length === ORPHAN_PAGE) {
        await this.#removeUnknown(page);
        page = [];
      }
    }
    await this.#removeUnknown(page);
    this.#orphansSoughtAt = now;
  }

  async #removeUnknown(objects: readonly StoredObject[]): Promise<void> {
    const { records, store, keyPrefix, logger } = this.#options;
    const idOf = (key: string) => key.slice(keyPrefix.length).split('/')[0] ?? '';
    const ids = [...new Set(objects.map(({ key }) => idOf(key)))].filter((id) => UUID.test(id));
    const known = await records.known(ids);
    for (const { key } of objects) {
      const owner = known.get(idOf(key));
      if (owner !== undefined && (owner.open || owner.objectKey === key)) continue;
      await store.delete(key);
      logger.info({ objectKey: key, repair: 'orphan_removed' }, 'a file that no export knows was removed');
    }
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
