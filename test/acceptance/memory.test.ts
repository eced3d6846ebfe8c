import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runCommand, startCommand } from '../support/command.ts';
import { deploymentEnvironment } from '../support/deployment.ts';
import { ROWS_DATASET } from '../support/rows.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const MIB = 1024 * 1024;
const LIMIT = 250 * MIB;
const TIMEOUT_MS = 240_000;
const FEW = 100_000;
const MANY = 1_000_000;

const database = useTestDatabase();
const deployment = deploymentEnvironment(database, useTestStore());
// Small row groups: their number grows, and the collector has less to be late with.
const env = { ...deployment, ...ROWS_DATASET, EXPORT_PARQUET_ROW_GROUP_BYTES: String(MIB) };

/** Highest resident memory of the process so far, in bytes; undefined once it has ended. */
async function peakOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

function peakOfExport(count: number, ...how: string[]): Promise<number> {
  return peakOfCommand(['export', 'rows', '--param', `count=${count}`, '-o', '/dev/null', ...how], env);
}

async function peakOfCommand(args: readonly string[], environment: Record<string, string>): Promise<number> {
  const command = startCommand(args, environment);
  const peaks = [];
  for (;;) {
    const peak = await peakOf(command.child.pid ?? 0);
    if (peak !== undefined) peaks.push(peak);
    else if (peaks.length > 0) break;
    await pause(20);
  }
  expect(await command.ended, command.output()).toBe(0);
  return Math.max(...peaks);
}

/** A diary of a thousand films, whose entries have what those of people have. */
function diaryFile(count: number): string {
  const lines = Array.from({ length: count }, (_, entry) => {
    const day = new Date(Date.UTC(1990, 0, 1 + (entry % 10_000))).toISOString().slice(0, 10);
    return `Film ${entry % 1000},1990,Somebody,7.5,"${'x'.repeat(90)}, ${entry}",${day},\n`;
  });
  return `title,year,director,rating,comment,watched_at,external_metadata_id\n${lines.join('')}`;
}

function tell(what: string, ...peaks: [rows: number, bytes: number][]): void {
  const text = peaks.map(([rows, bytes]) => `${Math.round(bytes / MIB)} MiB at ${rows} rows`);
  process.stdout.write(`peak RSS of ${what}: ${text.join(', ')}\n`);
}

describe.runIf(process.platform === 'linux')('memory (read from /proc, so on Linux alone)', () => {
  it('does not grow with the rows', { timeout: TIMEOUT_MS }, async () => {
    const few = await peakOfExport(FEW);
    const many = await peakOfExport(MANY);
    tell('an export', [FEW, few], [MANY, many]);
    expect(many).toBeLessThan(LIMIT);
    expect(many / few).toBeLessThan(1.25);
  });

  it.each([
    ['XLSX', ['--format', 'xlsx']],
    ['a zip of workbooks', ['--format', 'xlsx', '--compression', 'zip', '--option', 'rowsPerFile=10000']],
    ['Parquet', ['--format', 'parquet']],
  ])('does not grow with the rows of %s', { timeout: TIMEOUT_MS }, async (what, how) => {
    const few = await peakOfExport(60_000, ...how);
    const many = await peakOfExport(300_000, ...how);
    tell(what, [60_000, few], [300_000, many]);
    expect(many).toBeLessThan(LIMIT);
    expect(many / few).toBeLessThan(1.25);
  });

  it('does not grow with the rows of an import', { timeout: TIMEOUT_MS }, async () => {
    await runCommand(['seed', '--users', '1', '--entries', '1'], deployment);
    const folder = await mkdtemp(join(tmpdir(), 'rowferry-memory-'));
    const peakOfImport = async (count: number) => {
      const file = join(folder, `${count}.csv`);
      await writeFile(file, diaryFile(count));
      // All but what PostgreSQL does by itself.
      return peakOfCommand(['import', 'diary', file, '--param', 'userId=1', '--dry-run'], deployment);
    };
    try {
      const few = await peakOfImport(150_000);
      const many = await peakOfImport(300_000);
      tell('an import', [150_000, few], [300_000, many]);
      expect(many).toBeLessThan(LIMIT);
      expect(many / few).toBeLessThan(1.25);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does not grow while the reader of the file is slow', { timeout: TIMEOUT_MS }, async () => {
    const command = startCommand(['export', 'rows', '--param', `count=${MANY}`, '-o', '-'], env);
    await command.printed(/^id,label/);
    // Nothing more is taken; the pipe fills up, and everything behind it has to wait.
    command.child.stdout?.pause();
    await pause(3000);
    const peak = (await peakOf(command.child.pid ?? 0)) ?? Infinity;
    command.child.kill('SIGTERM');
    command.child.stdout?.resume();
    expect(await command.ended).toBe(1);
    expect(command.output()).toContain('no file was written');
    expect(peak).toBeLessThan(LIMIT);
  });
});
