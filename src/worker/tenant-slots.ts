import { EventEmitter, once } from 'node:events';
import type { TenantTurns } from '../db/tenant-turns.ts';
import type { Lane } from '../db/turns.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import type { JobOutcome } from '../queue/job-consumer.ts';
import type { TenantShares } from './tenant-shares.ts';

export interface TenantSlotsOptions {
  turns: TenantTurns;
  queue: Pick<ExportQueue, 'ensure'>;
  lane: Lane;
  shares: TenantShares;
}

/** How often somebody else is looked for who could go first. */
const LOOK_MS = 25;
/** An export is held here for no longer: another worker may have room for it, and has so long to take it. */
const HOLD_MS = 1000;
const HANDOVER_MS = 100;

/**
 * The slots of a lane in one worker, which tenants share. Running exports are not interrupted, so with all of them taken
 * by exports that take hours, the next turn would come in hours. A slot to which an export is delivered that may not run
 * here now holds it, and puts those of others before it.
 */
export class TenantSlots {
  readonly #options: TenantSlotsOptions;
  readonly #ends = new EventEmitter();
  #next: Promise<void> | undefined;
  #looking = false;

  constructor(options: TenantSlotsOptions) {
    this.#options = options;
  }

  /** Runs `work` when there is a slot for its tenant; otherwise the export is to be delivered again. */
  async run(exportId: string, work: () => Promise<JobOutcome>): Promise<JobOutcome> {
    const { turns, shares, lane } = this.#options;
    const tenant = await turns.tenantOf(exportId);
    if (tenant === undefined) return work();
    const heldUntil = performance.now() + HOLD_MS;
    while (!shares.ask(tenant, lane)) {
      if (await this.#putOthersForward(exportId)) return { againInMs: 0 };
      await this.#change();
      if (performance.now() > heldUntil && !shares.ask(tenant, lane)) return { againInMs: HANDOVER_MS };
    }
    const end = shares.begin(tenant, lane);
    try {
      return await work();
    } finally {
      end();
      this.#ends.emit('end');
    }
  }

  /** Resolves, for all that are held, when an export has ended here, or when it is time to look again. */
  #change(): Promise<void> {
    this.#next ??= this.#endOrTime().finally(() => (this.#next = undefined));
    return this.#next;
  }

  async #endOrTime(): Promise<void> {
    await once(this.#ends, 'end', { signal: AbortSignal.timeout(LOOK_MS) }).catch(() => undefined);
  }

  /** Of those that are held one looks at a time: all would find the same. */
  async #putOthersForward(exportId: string): Promise<boolean> {
    const { turns, queue, lane, shares } = this.#options;
    if (this.#looking) return false;
    this.#looking = true;
    try {
      const first = await turns.putForward(exportId, shares.full(lane), lane);
      if (first === undefined) return false;
      await queue.ensure(first);
      return true;
    } finally {
      this.#looking = false;
    }
  }
}
