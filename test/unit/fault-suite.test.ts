import { describe, expect, it } from 'vitest';
import type { FaultCase } from '../faults/suite/fault-case.ts';
import { loadCases } from '../faults/suite/load-cases.ts';
import { planFaults } from '../faults/suite/plan.ts';
import { Random } from '../faults/suite/random.ts';
import { faultTable, reportOf } from '../faults/suite/report.ts';
import { cleanVerdict, isClean } from '../faults/suite/verdict.ts';
import type { Verdict } from '../faults/suite/verdict.ts';

const fault = (number: number, queues: FaultCase['queues']): FaultCase => ({
  number,
  name: `fault ${number}`,
  queues,
  runs: { normal: 2, full: 3 },
  run: () => Promise.resolve(),
});

describe('the cases', () => {
  it('are the faults of the list, each once', async () => {
    const numbers = (await loadCases()).map(({ number }) => number);
    expect(numbers).toEqual([...Array.from({ length: 32 }, (_, index) => index + 1), 41, 42, 43]);
  });

  it('are chosen by number, and an unknown number is named', async () => {
    expect((await loadCases([16, 1])).map(({ number }) => number)).toEqual([1, 16]);
    await expect(loadCases([1, 77])).rejects.toThrow('There is no fault 77.');
  });
});

describe('the plan', () => {
  const cases = [fault(1, 'both'), fault(2, 'both'), fault(3, 'redis')];
  const plan = (options: Partial<Parameters<typeof planFaults>[1]>) => {
    const { planned, missing } = planFaults(cases, { scale: 'quick', seed: 0, hasRedis: true, ...options });
    return {
      lines: planned.map(({ fault: { number }, backend, runs, first }) => [number, backend, runs, first]),
      missing,
    };
  };

  it('takes one queue and one variant where time is short', () => {
    expect(plan({}).lines).toEqual([
      [1, 'postgres', 1, 0],
      [2, 'redis', 1, 0],
      [3, 'redis', 1, 0],
    ]);
  });

  it('takes each variant on each queue for some seed', () => {
    const met = Array.from({ length: 24 }, (_, seed) => plan({ seed }).lines[0]);
    expect(new Set(met.map((line) => JSON.stringify(line))).size).toBe(24);
  });

  it('takes all where there is time, or those of the queue that was asked for', () => {
    expect(plan({ scale: 'normal', seed: 7 }).lines).toEqual([
      [1, 'redis', 2, 0],
      [1, 'postgres', 2, 0],
      [2, 'redis', 2, 0],
      [2, 'postgres', 2, 0],
      [3, 'redis', 2, 0],
    ]);
    expect(plan({ backend: 'postgres' }).lines).toEqual([
      [1, 'postgres', 1, 0],
      [2, 'postgres', 1, 0],
    ]);
  });

  it('does without Redis what it can, and names the rest', () => {
    const { lines, missing } = plan({ hasRedis: false });
    expect(lines.map(([number, backend]) => `${number} ${backend}`)).toEqual(['1 postgres', '2 postgres']);
    expect(missing).toEqual([1, 2, 3].map((number) => `fault ${number} with the queue in Redis`));
  });
});

describe('random choices', () => {
  const draw = (seed: string) => {
    const random = new Random(seed);
    return Array.from({ length: 200 }, () => random.integer(1, 6));
  };

  it('are the same for the same seed, and others for another', () => {
    expect(draw('42 1 redis 0')).toEqual(draw('42 1 redis 0'));
    expect(draw('42 1 redis 0')).not.toEqual(draw('43 1 redis 0'));
  });

  it('reach both ends and nothing beyond', () => {
    expect(new Set(draw('7'))).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });
});

describe('the report', () => {
  const result = (verdict: Partial<Verdict>) => ({
    fault: fault(7, 'both'),
    backend: 'redis' as const,
    runs: 3,
    verdict: { ...cleanVerdict(), ...verdict },
    notes: [],
  });

  it('has p95 and worst recovery, and null where there is nothing to recover from', () => {
    const recoverySeconds = Array.from({ length: 100 }, (_, index) => index + 1);
    const [measured, none] = reportOf(42, [result({ recoverySeconds }), result({})]).faults;
    expect(measured).toMatchObject({
      number: 7,
      backend: 'redis',
      p95RecoverySeconds: 95,
      worstRecoverySeconds: 100,
    });
    expect(none).toMatchObject({ p95RecoverySeconds: null, worstRecoverySeconds: null });
  });

  it('says below the table what was found', () => {
    const table = faultTable([result({ lost: 1, problems: ['run 2: an accepted export is queued'] })]);
    expect(table).toMatch(/7 +fault 7 +redis +3 +1 +0 +0 +0/);
    expect(table).toContain('7 redis: run 2: an accepted export is queued');
  });

  it.each(['lost', 'duplicated', 'corrupt', 'orphans'] as const)('is not clean with one %s', (what) => {
    expect(isClean({ ...cleanVerdict(), [what]: 1 })).toBe(false);
    expect(isClean(cleanVerdict())).toBe(true);
  });

  it('is not clean with a broken promise either', () => {
    expect(isClean({ ...cleanVerdict(), problems: ['it was late'] })).toBe(false);
  });
});
