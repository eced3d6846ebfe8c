// What ends a stream of events or gets in its way, and what is left of it then.
import { afterEach, expect, it } from 'vitest';
import { attemptsIn } from '../support/attempts.ts';
import { readEvents } from '../support/event-reader.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { AUDIENCE, hs256, ISSUER, SECRET } from '../support/tokens.ts';

const database = useTestDatabase();
const storage = useTestStore();
const settings = {
  EVENTS_LOOK_MS: '50',
  EVENTS_HEARTBEAT_SECONDS: '1',
  AUTH_JWT_SECRET: SECRET,
  AUTH_JWT_CLOCK_TOLERANCE_SECONDS: '1',
  AUTH_JWT_ISSUER: ISSUER,
  AUTH_JWT_AUDIENCE: AUDIENCE,
};
const api = useTestApi(database, storage, undefined, { settings });
const mortal = useTestApi(database, storage, undefined, { settings });
const patience = { timeout: 10_000 };
const claim = (id: string) => attemptsIn(database.pool).claims.claim(id);

const ask = async () => {
  const response = await api.call('POST', '/v1/exports', { body: { dataset: 'diary' } });
  return ((await response.json()) as { id: string }).id;
};
/** How long ago a process asked the database about streams that are open, in milliseconds. */
const sinceLastLook = async () => {
  const { rows } = await database.pool.query<{ ms: number | null }>(
    `select extract(epoch from clock_timestamp() - max(query_start))::float8 * 1000 as ms from pg_stat_activity
      where datname = current_database() and application_name = 'rowferry'`,
  );
  return rows[0]?.ms ?? 0;
};

afterEach(() => database.pool.query('delete from rowferry.exports'));

it('a token that expires ends its stream, and not that of one that lasts', async () => {
  const id = await ask();
  const now = Math.floor(Date.now() / 1000);
  const claims = { tenant: 'default', roles: ['user'], sub: '1' };
  const short = await hs256({ ...claims, exp: now + 2 });
  const lasting = await readEvents(api, id, { key: await hs256({ ...claims, exp: now + 60 }) });
  const stream = await readEvents(api, id, { key: short });
  expect(stream.response.status).toBe(200);
  await stream.ended;
  // No sooner than it would be refused.
  expect(Date.now() / 1000).toBeGreaterThanOrEqual(now + 3);
  await expectProblem(
    await api.call('GET', `/v1/exports/${id}/events`, { key: short }),
    401,
    'unauthenticated',
  );
  // Another token goes on where it ended.
  const again = { key: await hs256(claims), lastEventId: stream.events.at(-1)?.id ?? '' };
  const next = await readEvents(api, id, again);
  await claim(id);
  for (const { events } of [next, lasting])
    await expect.poll(() => events.at(-1)?.export.status, patience).toBe('running');
  expect(next.events).toHaveLength(1);
});

it('a process that shuts down ends its streams at once; their clients go on through another', async () => {
  const id = await ask();
  const streams = await Promise.all([1, 2, 3].map(() => readEvents(mortal, id, { key: api.keys.first })));
  for (const { events } of streams) await expect.poll(() => events.length, patience).toBe(1);
  const startedAt = performance.now();
  await Promise.all([mortal.stop(), ...streams.map(({ ended }) => ended)]);
  // Well before connections are cut that did not end by themselves.
  expect(performance.now() - startedAt).toBeLessThan(1500);
  await claim(id);
  const next = await readEvents(api, id, { lastEventId: streams[0]?.events[0]?.id ?? '' });
  await expect.poll(() => next.events.map((event) => event.export.status), patience).toEqual(['running']);
});

it('a client that goes leaves nothing: nobody looks any more', async () => {
  const id = await ask();
  const streams = await Promise.all([readEvents(api, id), readEvents(api, id)]);
  await expect.poll(sinceLastLook, patience).toBeLessThan(500);
  await streams[0].close();
  await claim(id);
  await expect.poll(() => streams[1].events.at(-1)?.export.status, patience).toBe('running');
  await streams[1].close();
  // It looked every 50 ms.
  await expect.poll(sinceLastLook, patience).toBeGreaterThan(1500);
});

it('lost connections to the database are not lost streams', async () => {
  const id = await ask();
  const stream = await readEvents(api, id);
  await expect.poll(sinceLastLook, patience).toBeLessThan(500);
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'rowferry'`,
  );
  await claim(id);
  await expect.poll(() => stream.events.at(-1)?.export.status, patience).toBe('running');
  await stream.close();
});
