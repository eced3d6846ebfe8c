import type { Backend } from '../lab/site.ts';
import type { FaultCase } from './fault-case.ts';
import type { Scale } from './scale.ts';

/** One line of the table: a fault on a queue, so many times. */
export interface PlannedFault {
  fault: FaultCase;
  backend: Backend;
  runs: number;
  /** Index of the first run: which of its variants it takes. */
  first: number;
}

export interface PlanOptions {
  scale: Scale;
  /** Of the random choices; a quick run is any one of the variants. */
  seed: number;
  /** Only on this one. */
  backend?: Backend | undefined;
  /** False: there is no Redis on this machine. */
  hasRedis: boolean;
}

/** Divisible by how many variants any fault has. */
const VARIANTS = 12;

/**
 * What is run, and what cannot be, by name. A quick run does each fault once: in which variant and on which queue the seed
 * decides, so that many runs do them all.
 */
export function planFaults(
  cases: readonly FaultCase[],
  { scale, seed, backend: only, hasRedis }: PlanOptions,
): { planned: PlannedFault[]; missing: string[] } {
  const planned: PlannedFault[] = [];
  const missing: string[] = [];
  for (const fault of cases) {
    const both: Backend[] = fault.queues === 'redis' ? ['redis'] : ['redis', 'postgres'];
    const possible = both.filter((backend) => only === undefined || backend === only);
    const there = possible.filter((backend) => backend !== 'redis' || hasRedis);
    if (scale === 'quick') {
      const round = Math.floor(seed / VARIANTS);
      const backend = there[(fault.number + round) % there.length];
      if (backend !== undefined) planned.push({ fault, backend, runs: 1, first: seed % VARIANTS });
    } else {
      for (const backend of there) planned.push({ fault, backend, runs: fault.runs[scale], first: 0 });
    }
    if (there.length < possible.length) missing.push(`fault ${fault.number} with the queue in Redis`);
  }
  return { planned, missing };
}
