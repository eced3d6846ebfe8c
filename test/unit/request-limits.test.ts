import { describe, expect, it } from 'vitest';
import { exhausted, limitStates } from '../../src/db/request-limits.ts';
import type { Quotas, Usage } from '../../src/db/request-limits.ts';

const quotas: Quotas = { concurrent: 2, exportsPerHour: 10, rowsPerDay: 1000, bytesPerDay: 5000 };
const limits = { subject: quotas, tenant: { ...quotas, concurrent: 4 } };
const none: Quotas = { concurrent: 0, exportsPerHour: 0, rowsPerDay: 0, bytesPerDay: 0 };
const usage = (subject: Partial<Quotas>, tenant: Partial<Quotas> = {}): Usage => ({
  subject: { ...none, ...subject },
  tenant: { ...none, ...tenant },
  secondsToHour: 100,
  secondsToDay: 9000,
});
const limit = (used: Usage) => exhausted(limitStates(limits, used));

describe('a limit', () => {
  it('is none while something remains of each', () => {
    const used = { concurrent: 1, exportsPerHour: 9, rowsPerDay: 999, bytesPerDay: 4999 };
    expect(limit(usage(used, used))).toBeUndefined();
  });

  it.each([
    [{ concurrent: 2 }, 'subject-concurrent', 5],
    [{ exportsPerHour: 10 }, 'subject-hour', 100],
    [{ rowsPerDay: 1000 }, 'subject-rows-day', 9000],
    [{ bytesPerDay: 5000 }, 'subject-bytes-day', 9000],
  ])('of a subject is reached with %o', (used, name, resetSeconds) => {
    expect(limit(usage(used))).toMatchObject({ name, resetSeconds, remaining: 0 });
  });

  it('of a tenant is reached when its subjects together have used it', () => {
    expect(limit(usage({ concurrent: 1 }, { concurrent: 4 }))).toMatchObject({
      name: 'tenant-concurrent',
      quota: 4,
    });
  });

  it('that is far overrun has nothing left, not less', () => {
    expect(limit(usage({ rowsPerDay: 1_000_000 }))).toMatchObject({ remaining: 0 });
  });

  it('of several is the one that lasts longest: coming back sooner would be in vain', () => {
    expect(limit(usage({ concurrent: 2, exportsPerHour: 10 }))).toMatchObject({ name: 'subject-hour' });
    expect(limit(usage({ exportsPerHour: 10 }, { bytesPerDay: 5000 }))).toMatchObject({
      name: 'tenant-bytes-day',
    });
  });
});
