import { expect, it } from 'vitest';
import { TenantShares } from '../../src/worker/tenant-shares.ts';

/** Shares of a worker with so many slots in each lane, and its clock. */
function sharesOf(slots: number) {
  const clock = { ms: 0 };
  const shares = new TenantShares({ normal: slots, fast: slots, bulk: slots }, () => clock.ms);
  /** Begins as many of the tenant as may run; resolves to how many that are. */
  const fill = (tenant: string, lane: 'normal' | 'fast' = 'normal') => {
    let begun = 0;
    for (; shares.ask(tenant, lane); begun++) shares.begin(tenant, lane);
    return begun;
  };
  const one = (tenant: string, lane: 'normal' | 'fast' = 'normal') => {
    shares.begin(tenant, lane)();
  };
  return { shares, clock, fill, one };
}

it('gives all slots of a lane to a tenant that has the worker for itself', () => {
  const { fill } = sharesOf(4);
  expect(fill('loud')).toBe(4);
  expect(fill('loud', 'fast')).toBe(4);
});

it('keeps a share free beside a tenant that asks for no more than it has', () => {
  const { fill, one } = sharesOf(6);
  one('quiet');
  expect(fill('loud')).toBe(2);
});

it('shares all slots among tenants that each want more', () => {
  const { fill, shares } = sharesOf(6);
  fill('one');
  expect(fill('two')).toBe(3);
  expect(shares.ask('one', 'normal')).toBe(false);
});

it('shares each lane with those who use another', () => {
  const { fill, one } = sharesOf(6);
  one('quiet', 'fast');
  expect(fill('loud')).toBe(2);
});

it('leaves every tenant one slot, however many they are', () => {
  const { fill } = sharesOf(2);
  for (const tenant of ['one', 'two', 'three', 'four']) {
    expect(fill(tenant)).toBe(tenant === 'one' ? 2 : 1);
  }
});

it('forgets a tenant half a minute after its last export, and not while one runs', () => {
  const { fill, one, shares, clock } = sharesOf(4);
  const end = shares.begin('slow', 'fast');
  clock.ms = 60_000;
  expect(fill('loud')).toBe(1);
  end();
  clock.ms += 29_000;
  expect(shares.ask('loud', 'normal')).toBe(false);
  one('quiet');
  clock.ms += 29_000;
  expect(shares.ask('loud', 'normal')).toBe(false);
  clock.ms += 2000;
  expect(fill('loud')).toBe(3);
});

it('names those who may run no more, in the lane that is meant', () => {
  const { fill, one, shares } = sharesOf(4);
  one('quiet');
  fill('loud');
  expect(shares.full('normal')).toEqual(['loud']);
  expect(shares.full('fast')).toEqual([]);
});
