import { availableParallelism, cpus } from 'node:os';
import type { ScenarioResult } from '../scenario.ts';
import { checkTargets } from './targets.ts';
import type { TargetResult } from './targets.ts';

/** What `--json` writes. */
export interface Report {
  date: string;
  machine: { cpus: number; model: string; node: string; postgres: string };
  rounds: number;
  rows: number;
  scenarios: Readonly<Record<string, ScenarioResult & { title: string }>>;
  /** Of all scenarios together. */
  ratios: Readonly<Record<string, number>>;
  targets: readonly TargetResult[];
}

export function reportOf(run: Pick<Report, 'rounds' | 'rows' | 'scenarios'> & { postgres: string }): Report {
  const { postgres, ...rest } = run;
  const ratios = Object.assign(
    {},
    ...Object.values(run.scenarios).map((scenario) => scenario.ratios),
  ) as Record<string, number>;
  return {
    date: new Date().toISOString(),
    machine: {
      cpus: availableParallelism(),
      model: cpus()[0]?.model.trim() ?? 'unknown',
      node: process.versions.node,
      postgres,
    },
    ...rest,
    ratios,
    targets: checkTargets(ratios),
  };
}
