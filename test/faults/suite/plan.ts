import type { Backend } from '../lab/site.ts';
import type { FaultCase } from './fault-case.ts';
import type { Scale } from './scale.ts';

/** One line of the table: a fault on a queue, so many times. */
export interface PlannedFault {
  fault: FaultCase;
  backend: Backend;
  runs: number;
}

export interface PlanOptions {
  scale: Scale;
  /** Only on this one. */
  backend?: Backend | undefined;
  /** False: there is no Redis on this machine. */
  hasRedis: boolean;
}

/** What is run, and what cannot be, by name. */
export function planFaults(
  cases: readonly FaultCase[],
  { scale, backend: only, hasRedis }: PlanOptions,
): { planned: PlannedFault[]; missing: string[] } {
  const planned: PlannedFault[] = [];
  const missing: string[] = [];
  for (const fault of cases) {
    for (const backend of backendsOf(fault, scale, only)) {
      if (backend === 'redis' && !hasRedis) missing.push(`fault ${fault.number} with the queue in Redis`);
      else planned.push({ fault, backend, runs: fault.runs[scale] });
    }
  }
  return { planned, missing };
}

function backendsOf({ queues, number }: FaultCase, scale: Scale, only: Backend | undefined): Backend[] {
  const both: Backend[] = queues === 'redis' ? ['redis'] : ['redis', 'postgres'];
  if (only !== undefined) return both.filter((backend) => backend === only);
  if (queues !== 'either' || scale !== 'quick') return both;
  return [number % 2 === 0 ? 'redis' : 'postgres'];
}
