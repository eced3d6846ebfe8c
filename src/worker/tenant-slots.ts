import { EventEmitter, once } from 'node:events';
import type { TenantTurns } from '../db/tenant-turns.ts';
import type { Lane } from '../db/turns.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import type { JobOutcome } from '../queue/job-consumer.ts';

export interface TenantSlotsOptions {
  turns: TenantTurns;
  queue: Pick<ExportQueue, 'ensure'>;
  lane: Lane;
  /** Exports of one tenant at a time: fewer than are delivered here, or nobody else finds room. */
  mostOfOne: number;
}

/** How often somebody else is looked for who could go first. */
const LOOK_MS = 100;
/** An export is held here for no longer: another worker may have room for it, and has so long to take it. */
const HOLD_MS = 1000;
const HANDOVER_MS = 100;

/**
 * The slots of a lane in one worker, which one tenant may have all of but one. Running exports are not interrupted, so
 * with all of them taken by exports that take hours, the next turn would come in hours. The last slot holds an export
 * that may not run here now, and puts those of others before it.
 */
export class TenantSlots {
  readonly #options: TenantSlotsOptions;
  readonly #taken = new Map<string, number>();
  readonly #slots = new EventEmitter();

  constructor(options: TenantSlotsOptions) {
    this.#options = options;
  }

  /** Runs `work` when there is a slot for its tenant; otherwise the export is to be delivered again. */
  async run(exportId: string, work: () => Promise<JobOutcome>): Promise<JobOutcome> {
    const { turns, queue, lane, mostOfOne } = this.#options;
    const tenant = await turns.tenantOf(exportId);
    if (tenant === undefined) return work();
    const heldUntil = performance.now() + HOLD_MS;
    while (this.#of(tenant) >= mostOfOne) {
      await this.#freed(LOOK_MS);
      const first = await turns.putForward(exportId, tenant, lane);
      if (first !== undefined) {
        await queue.ensure(first);
        return { againInMs: 0 };
      }
      if (this.#of(tenant) >= mostOfOne && performance.now() > heldUntil) return { againInMs: HANDOVER_MS };
    }
    this.#taken.set(tenant, this.#of(tenant) + 1);
    try {
      return await work();
    } finally {
      this.#taken.set(tenant, this.#of(tenant) - 1);
      if (this.#of(tenant) === 0) this.#taken.delete(tenant);
      this.#slots.emit('free');
    }
  }

  /** Resolves when one has ended, or when it takes too long. */
  async #freed(withinMs: number): Promise<void> {
    await once(this.#slots, 'free', { signal: AbortSignal.timeout(withinMs) }).catch(() => undefined);
  }

  #of(tenant: string): number {
    return this.#taken.get(tenant) ?? 0;
  }
}
