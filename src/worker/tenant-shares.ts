import { lanes } from '../db/turns.ts';
import type { Lane } from '../db/turns.ts';

/** A tenant counts as one of those that share the worker for so long after its last export in it. */
const RECENT_MS = 30_000;
/** Whoever was refused a slot so lately has more to run than it may. */
const REFUSED_MS = 1000;

interface TenantUse {
  running: Record<Lane, number>;
  refusedAt: Record<Lane, number>;
  /** When something of it last began or ended here. */
  seenAt: number;
}

/**
 * How many exports each tenant may run at a time in a lane of one worker. One that has had the worker for itself for a
 * while has all slots of the lane. Otherwise those who use the worker, in whichever lane, have equal shares of them; and
 * as long as one of them asks for no more than its share, another share stays free, because what it asks for next is to
 * find not only a slot but a processor.
 */
export class TenantShares {
  readonly #slots: Readonly<Record<Lane, number>>;
  readonly #now: () => number;
  readonly #uses = new Map<string, TenantUse>();

  /** @param now a clock in milliseconds that never goes back */
  constructor(slots: Readonly<Record<Lane, number>>, now = () => performance.now()) {
    this.#slots = slots;
    this.#now = now;
  }

  /** Whether the tenant may run one more; where not, it is remembered that it would have. */
  ask(tenant: string, lane: Lane): boolean {
    this.#forget();
    const use = this.#uses.get(tenant);
    if (use === undefined || use.running[lane] < this.#shareOf(tenant, lane)) return true;
    use.refusedAt[lane] = this.#now();
    return false;
  }

  /** Counts one more of the tenant, until the function that is returned is called, once. */
  begin(tenant: string, lane: Lane): () => void {
    const use = this.#uses.get(tenant) ?? { running: inEach(0), refusedAt: inEach(-Infinity), seenAt: 0 };
    this.#uses.set(tenant, use);
    const count = (change: 1 | -1) => {
      use.running[lane] += change;
      use.seenAt = this.#now();
    };
    count(1);
    return () => {
      count(-1);
    };
  }

  /** Tenants that may run no more in the lane for now. */
  full(lane: Lane): string[] {
    return [...this.#uses]
      .filter(([tenant, { running }]) => running[lane] > 0 && running[lane] >= this.#shareOf(tenant, lane))
      .map(([tenant]) => tenant);
  }

  #shareOf(tenant: string, lane: Lane): number {
    const others = [...this.#uses].filter(([other]) => other !== tenant).map(([, use]) => use);
    if (others.length === 0) return this.#slots[lane];
    const refusedSince = this.#now() - REFUSED_MS;
    const free = others.some(({ refusedAt }) => refusedAt[lane] < refusedSince) ? 1 : 0;
    return Math.max(1, Math.floor(this.#slots[lane] / (1 + others.length + free)));
  }

  #forget(): void {
    const since = this.#now() - RECENT_MS;
    for (const [tenant, { running, seenAt }] of this.#uses)
      if (seenAt < since && lanes.every((lane) => running[lane] === 0)) this.#uses.delete(tenant);
  }
}

function inEach(value: number): Record<Lane, number> {
  return { fast: value, normal: value, bulk: value };
}
