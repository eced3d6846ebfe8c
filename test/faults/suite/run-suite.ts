import type { Lab } from '../lab/lab.ts';
import type { Scale } from './scale.ts';
import type { PlannedFault } from './plan.ts';
import { runTrial } from './run-trial.ts';
import { addVerdict, cleanVerdict } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** What came of all runs of one fault on one queue. */
export interface FaultResult extends PlannedFault {
  verdict: Verdict;
  notes: string[];
}

export interface SuiteOptions {
  scale: Scale;
  seed: number;
  /** Runs at a time. */
  jobs: number;
  /** Where the logs of processes go when something is found. */
  logs?: string | undefined;
  /** Called when all runs of a fault are done. */
  onResult?: (result: FaultResult) => void;
  signal: AbortSignal;
}

/** Runs everything that is planned, some of it side by side. Ends early, with what there is, when the signal aborts. */
export async function runSuite(
  lab: Lab,
  planned: readonly PlannedFault[],
  options: SuiteOptions,
): Promise<FaultResult[]> {
  const { scale, seed, jobs, logs, onResult, signal } = options;
  const results = planned.map((plan): FaultResult => ({ ...plan, verdict: cleanVerdict(), notes: [] }));
  const waiting = results.flatMap((result) =>
    Array.from({ length: result.runs }, (_, run) => ({ result, index: result.first + run })),
  );
  const left = new Map(results.map((result) => [result, result.runs]));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined && !signal.aborted; next = waiting.shift()) {
      const { result, index } = next;
      const { fault, backend } = result;
      const { verdict, notes } = await runTrial(lab, { fault, backend, index, scale, seed }, logs);
      verdict.problems = verdict.problems.map((problem) => `run ${index + 1}: ${problem}`);
      addVerdict(result.verdict, verdict);
      result.notes.push(...notes);
      const runsLeft = (left.get(result) ?? 1) - 1;
      left.set(result, runsLeft);
      if (runsLeft === 0) onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results.filter((result) => left.get(result) === 0);
}
