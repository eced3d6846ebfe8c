import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { queuedExample } from '../../src/api/contract/examples.ts';
import { progressDisplay } from '../../src/cli/progress-display.ts';
import type { Export } from '../../src/client/index.ts';

/** What is shown while an export waits at these places. */
function shown(places: (number | null)[], isTTY: boolean): string {
  const lines = new PassThrough();
  // A real terminal cannot be had under the test runner; these are the members of one that the display uses.
  const out = Object.assign(lines, {
    isTTY,
    columns: 120,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
  }) as unknown as NodeJS.WriteStream;
  const display = progressDisplay(out);
  // An example is typed by its literal values.
  const example = queuedExample as unknown as Export;
  for (const queuePosition of places) {
    const status = queuePosition === null ? 'running' : 'queued';
    display.update({ ...example, status, queuePosition });
  }
  display.stop();
  return String(lines.read());
}

describe('while an export waits', () => {
  it('a line says how many are before it, and of a long line not every step', () => {
    const lines = shown([1201, 1200, 1100, 12, 2, 1, null], false).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      '  queued: 1,200 before it',
      '  queued: 11 before it',
      '  queued: 1 before it',
      expect.stringMatching(/^ {2}running: /),
    ]);
  });

  it('a bar on a terminal says it', () => {
    expect(shown([3], true)).toContain('2 before it');
    expect(shown([1], true)).toContain('next in line');
    expect(shown([3, null], true)).toMatch(/0 % · 0 rows[^░█]*$/);
  });
});
