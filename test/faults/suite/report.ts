import { latenciesOf } from '../../../bench/service/percentiles.ts';
import { aligned } from '../../../bench/report/terminal-table.ts';
import type { FaultCase } from './fault-case.ts';
import type { FaultResult } from './run-suite.ts';

/** What a line of the table is made of. */
export type ReportedFault = Omit<FaultResult, 'fault' | 'first'> & {
  fault: Pick<FaultCase, 'number' | 'name'>;
};

/** What `--json` writes of one fault on one queue. */
interface FaultReport {
  number: number;
  name: string;
  backend: string;
  runs: number;
  lost: number;
  duplicated: number;
  corrupt: number;
  orphans: number;
  /** Null where a fault is nothing to recover from. */
  p95RecoverySeconds: number | null;
  worstRecoverySeconds: number | null;
  problems: string[];
  notes: string[];
}

export function reportOf(
  seed: number,
  results: readonly ReportedFault[],
): { seed: number; faults: FaultReport[] } {
  return { seed, faults: results.map(faultReport) };
}

function faultReport({ fault, backend, runs, verdict, notes }: ReportedFault): FaultReport {
  const { recoverySeconds, ...counts } = verdict;
  const recovery = latenciesOf(recoverySeconds);
  const measured = recoverySeconds.length > 0;
  return {
    number: fault.number,
    name: fault.name,
    backend,
    runs,
    ...counts,
    p95RecoverySeconds: measured ? recovery.p95 : null,
    worstRecoverySeconds: measured ? recovery.max : null,
    notes: [...new Set(notes)],
  };
}

const HEADERS = ['', 'fault', 'queue', 'runs', 'lost', 'doubled', 'corrupt', 'orphans', 'p95 s', 'worst s'];

/** A line a fault and queue; below it what was found, in words. */
export function faultTable(results: readonly ReportedFault[]): string {
  const reports = results.map(faultReport);
  const lines = reports.map((report) => [
    String(report.number),
    report.name,
    report.backend,
    String(report.runs),
    String(report.lost),
    String(report.duplicated),
    String(report.corrupt),
    String(report.orphans),
    report.p95RecoverySeconds?.toFixed(1) ?? '–',
    report.worstRecoverySeconds?.toFixed(1) ?? '–',
  ]);
  const words = reports.flatMap(({ number, backend, problems, notes }) =>
    [...problems, ...notes].map((text) => `  ${number} ${backend}: ${text}`),
  );
  return [aligned([HEADERS, ...lines], { leftColumns: 3 }), ...words].join('\n');
}
