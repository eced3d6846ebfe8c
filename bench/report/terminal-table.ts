import type { ScenarioResult } from '../scenario.ts';
import type { TargetResult } from './targets.ts';

/** Headers of figures whose name says it less well. */
const HEADERS: Readonly<Record<string, string>> = {
  rowsPerSecond: 'rows/s',
  mbPerSecond: 'MB/s',
  clientCpuSeconds: 'client CPU s',
  postgresCpuSeconds: 'Postgres CPU s',
  s3CpuSeconds: 'S3 CPU s',
  peakRssMiB: 'peak MiB',
  idleRssMiB: 'idle MiB',
  workerPeakRssMiB: 'worker MiB',
  apiPeakRssMiB: 'API MiB',
  timesPsqlCopy: '× psql \\copy',
  timesCopyUpload: '× COPY → S3',
};

/** A line a measurement, a column a figure. */
export function scenarioTable({ measurements, remarks }: ScenarioResult): string {
  const figures = [...new Set(measurements.flatMap((measurement) => Object.keys(measurement.figures)))];
  const lines = measurements.map(({ name, figures: measured }) => [
    name,
    ...figures.map((figure) => formatNumber(measured[figure])),
  ]);
  const table = aligned([['', ...figures.map(headerOf)], ...lines]);
  return [table, ...remarks.map((remark) => `  ${remark}`)].join('\n');
}

/** Those that were measured; undefined when none was. */
export function targetTable(results: readonly TargetResult[]): string | undefined {
  const lines = results
    .filter(({ value }) => value !== null)
    .map(({ figure, value, atLeast, atMost, unit, reached }) => [
      figure,
      // 1.398 is not 1.4, and must not look like it.
      formatNumber(value ?? undefined, 3),
      `${atLeast === undefined ? '≤' : '≥'} ${atLeast ?? atMost ?? ''} ${unit}`.trim(),
      reached === true ? 'reached' : 'MISSED',
    ]);
  return lines.length === 0 ? undefined : aligned([['', 'measured', 'target', ''], ...lines]);
}

/** `p50Ms` → `p50 ms`, where no better header is known. */
function headerOf(figure: string): string {
  const words = figure.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase();
  return HEADERS[figure] ?? words.replace(/ per second$/, '/s').replace(/\bmi b$/, 'MiB');
}

/** More digits as the number gets smaller. */
export function formatNumber(value: number | undefined, digitsBelowTen = 2): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? digitsBelowTen : 3;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The first column (or more) to the left, the others to the right. */
export function aligned(
  lines: readonly (readonly string[])[],
  { leftColumns = 1 }: { leftColumns?: number } = {},
): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column < leftColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}
