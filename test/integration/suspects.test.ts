import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { ImportAttempts } from '../../src/db/import-attempts.ts';
import { ImportRecords } from '../../src/db/import-records.ts';
import { RepairRecords } from '../../src/db/repair-records.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture, LEASE_SECONDS, MAX_ATTEMPTS, untilDone } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

/** After so many deaths an export or import is run while no other such one is: it may be what kills its workers. */
const SUSPECT_AFTER = 2;

const database = useTestDatabase();
const { store } = useTestStore();
let fixture: WorkerFixture;
let imports: ImportAttempts;
beforeAll(() => {
  fixture = createWorkerFixture(database, store);
  imports = new ImportAttempts(database.pool, { leaseSeconds: LEASE_SECONDS, maxAttempts: MAX_ATTEMPTS });
});
afterEach(() => database.pool.query('delete from rowferry.exports; delete from rowferry.imports'));

const find = (id: string) => fixture.find(id);
const claimAll = (ids: readonly string[]) => Promise.all(ids.map((id) => fixture.claims.claim(id)));
const outcomesOf = async (ids: readonly string[]) => (await claimAll(ids)).map(({ outcome }) => outcome);
const die = (ids: readonly string[]) => fixture.fallSilent(...ids);
/** What was put off is due now. */
const later = (table: 'exports' | 'imports', ids: readonly string[]) =>
  database.pool.query(
    `update rowferry.${table} set not_before = now() - interval '1 hour' where id = any ($1)`,
    [ids],
  );
const request = async (count: number) => {
  const ids: string[] = [];
  while (ids.length < count) {
    ids.push((await fixture.request({ lane: ids.length % 2 === 0 ? 'normal' : 'fast' })).id);
  }
  return ids;
};
/** Exports under which workers have died so often that they are run one at a time. */
const requestSuspects = async (count: number) => {
  const ids = await request(count);
  for (let death = 0; death < SUSPECT_AFTER; death++) {
    for (const claim of await claimAll(ids)) expect(claim.outcome).toBe('claimed');
    await die(ids);
  }
  return ids;
};
const requestImport = async () => {
  const quota = { perSubject: 100, perTenant: 100 };
  const id = randomUUID();
  const whose = { tenant: DEFAULT_TENANT, role: 'user', subject: '1', keyId: null } as const;
  const content = { dataset: 'diary', params: {}, preset: null, format: null, options: null };
  const file = {
    objectKey: `imports/${id}`,
    fileBytes: 1,
    requestHash: randomBytes(32),
    idempotencyKey: null,
  };
  await new ImportRecords(database.pool, { quota, idempotencyHours: 1 }).create(
    { id, ...whose, ...content, ...file, onInvalid: 'reject-file', dryRun: false },
    { kind: 'cli' },
  );
  return id;
};
const importDies = (id: string) =>
  database.pool.query(
    `update rowferry.imports set beat_at = now() - interval '1 hour' where id = $1 and status = 'running'`,
    [id],
  );
const requestSuspectImport = async () => {
  const id = await requestImport();
  for (let death = 0; death < SUSPECT_AFTER; death++) {
    expect(await imports.claim(id)).toBeDefined();
    await importDies(id);
  }
  return id;
};
const overdue = async () => {
  const grace = { graceSeconds: 0, leaseSeconds: LEASE_SECONDS };
  const due = await new RepairRecords(database.pool).overdue({ ...grace, after: undefined, limit: 1000 });
  return due.map(({ id }) => id);
};
const end = async (id: string) => {
  const { attempt } = await find(id);
  expect(await fixture.attempts.fail(id, attempt, { code: 'internal', message: 'x' })).toBe(true);
};

it('lets the export that kills its workers die alone, and its neighbours end well', async () => {
  const [poison = '', ...neighbours] = await requestSuspects(4);
  for (let attempt = SUSPECT_AFTER; attempt < MAX_ATTEMPTS; attempt++) {
    expect(await fixture.claims.claim(poison)).toMatchObject({ outcome: 'claimed', takenOver: true });
    for (const claim of await claimAll(neighbours)) {
      expect(claim).toEqual({ outcome: 'wait', delayMs: expect.any(Number) as number });
      const { delayMs } = claim as { delayMs: number };
      expect(delayMs).toBeGreaterThanOrEqual(1000);
      expect(delayMs).toBeLessThanOrEqual(LEASE_SECONDS * 1000);
    }
    await die([poison]);
  }
  await Promise.all([poison, ...neighbours].map((id) => untilDone(fixture.createProcessor(), id)));
  expect(await find(poison)).toMatchObject({ status: 'failed', error: { code: 'attempts_exhausted' } });
  for (const id of neighbours) {
    expect(await find(id)).toMatchObject({ status: 'completed', tries: SUSPECT_AFTER + 1 });
  }
});

it('starts one of many that are claimed at once, and the next when that one has ended', async () => {
  let left = await requestSuspects(5);
  while (left.length > 0) {
    await later('exports', left);
    const claims = await claimAll(left);
    const started = left.filter((_, index) => claims[index]?.outcome === 'claimed');
    expect(started).toHaveLength(1);
    const [id = ''] = started;
    expect(await outcomesOf(left)).toEqual(left.map(() => 'wait'));
    await end(id);
    left = left.filter((one) => one !== id);
  }
});

it('keeps nobody else waiting, and is not taken for lost while it waits', async () => {
  const [first = '', second = ''] = await requestSuspects(2);
  await fixture.claims.claim(first);
  expect(await overdue()).toContain(second);
  expect(await fixture.claims.claim(second)).toMatchObject({ outcome: 'wait' });
  expect(await overdue()).not.toContain(second);
  for (const claim of await claimAll(await request(3))) expect(claim.outcome).toBe('claimed');
});

it('forgets the deaths when a worker lived to say what was wrong, and when somebody has it run once more', async () => {
  const [alone = '', told = '', retried = ''] = await requestSuspects(3);
  for (const id of [told, retried]) {
    expect(await fixture.claims.claim(id)).toMatchObject({ outcome: 'claimed' });
    const { attempt } = await find(id);
    const reason = { code: 'source_unavailable', message: 'x' };
    if (id === told) {
      expect(await fixture.attempts.retryLater(id, attempt, { ...reason, delayMs: 0 })).toBeDefined();
    } else {
      await fixture.attempts.fail(id, attempt, reason);
      expect(await fixture.records.retry(DEFAULT_TENANT, id)).toBeDefined();
    }
  }
  expect(await fixture.claims.claim(alone)).toMatchObject({ outcome: 'claimed' });
  // It was the last of `told`, whose number of attempts is not what this is about.
  await database.pool.query('update rowferry.exports set released = attempt where id = $1', [told]);
  for (const claim of await claimAll([told, retried])) expect(claim.outcome).toBe('claimed');
});

it('lets an import that kills its workers die alone, and the exports beside it end well', async () => {
  const poison = await requestImport();
  const neighbours = await request(3);
  for (let death = 0; death < SUSPECT_AFTER; death++) {
    expect(await imports.claim(poison)).toBeDefined();
    expect(await outcomesOf(neighbours)).toEqual(neighbours.map(() => 'claimed'));
    await importDies(poison);
    await die(neighbours);
  }
  for (let attempt = SUSPECT_AFTER; attempt < MAX_ATTEMPTS; attempt++) {
    expect(await imports.claim(poison)).toMatchObject({ attempt: attempt + 1 });
    expect(await outcomesOf(neighbours)).toEqual(neighbours.map(() => 'wait'));
    await importDies(poison);
  }
  expect(await imports.claim(poison)).toBeUndefined();
  expect(await imports.endOverdue(1)).toBe(1);
  await later('exports', neighbours);
  for (const id of neighbours) {
    await untilDone(fixture.createProcessor(), id);
    expect(await find(id)).toMatchObject({ status: 'completed', tries: SUSPECT_AFTER + 1 });
  }
});

it('keeps such imports and such exports apart, and no others', async () => {
  const [suspect = ''] = await requestSuspects(1);
  const suspectImport = await requestSuspectImport();
  expect(await fixture.claims.claim(suspect)).toMatchObject({ outcome: 'claimed' });
  expect(await imports.due(10)).toContain(suspectImport);
  expect(await imports.claim(suspectImport)).toBeUndefined();
  expect(await imports.due(10)).not.toContain(suspectImport);
  expect(await imports.claim(await requestImport())).toBeDefined();
  await end(suspect);
  await later('imports', [suspectImport]);
  expect(await imports.claim(suspectImport)).toBeDefined();
});

it('starts one of all imports and exports that are claimed at once', async () => {
  const exports = await requestSuspects(2);
  const suspectImports = [await requestSuspectImport(), await requestSuspectImport()];
  const started = await Promise.all([
    ...suspectImports.map(async (id) => (await imports.claim(id)) !== undefined),
    ...exports.map(async (id) => (await fixture.claims.claim(id)).outcome === 'claimed'),
  ]);
  expect(started.filter(Boolean)).toHaveLength(1);
});

it('forgets the deaths of an import whose worker lived to say what was wrong, and of no other', async () => {
  const id = await requestSuspectImport();
  const claimed = async () => (await imports.claim(id))?.attempt ?? 0;
  const reason = { code: 'internal', message: 'x' };
  expect(await imports.putBack(id, await claimed(), { delayMs: 0, counts: false })).toBe(true);
  const other = await requestSuspectImport();
  expect(await imports.claim(other)).toBeDefined();
  expect(await imports.claim(id)).toBeUndefined();
  expect(await imports.fail(other, MAX_ATTEMPTS, reason)).toBe(true);
  await later('imports', [id]);
  expect(await imports.putBack(id, await claimed(), { delayMs: 0, counts: true })).toBe(true);
  // The number of its attempts is not what this is about.
  await database.pool.query('update rowferry.imports set released = attempt where id = $1', [id]);
  expect(await imports.claim(await requestSuspectImport())).toBeDefined();
  expect(await imports.claim(id)).toBeDefined();
});
