import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startCommand } from '../support/command.ts';
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
const env = { ...deploymentEnvironment(database, useTestStore()), ...ROWS_DATASET };

/** Highest resident memory of the process so far, in bytes; undefined once it has ended. */
async function peakOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

async function peakOfExport(count: number): Promise<number> {
  const command = startCommand(['export', 'rows', '--param', `count=${count}`, '-o', '/dev/null'], env);
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

describe.runIf(process.platform === 'linux')('memory (read from /proc, so on Linux alone)', () => {
  it('does not grow with the rows', { timeout: TIMEOUT_MS }, async () => {
    const few = await peakOfExport(FEW);
    const many = await peakOfExport(MANY);
    const mib = (bytes: number) => `${Math.round(bytes / MIB)} MiB`;
    process.stdout.write(`peak RSS of an export: ${mib(few)} at ${FEW} rows, ${mib(many)} at ${MANY} rows\n`);
    expect(many).toBeLessThan(LIMIT);
    expect(many / few).toBeLessThan(1.25);
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
