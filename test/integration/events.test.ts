import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { attemptsIn } from '../support/attempts.ts';
import { readEvents } from '../support/event-reader.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const storage = useTestStore();
const settings = {
  EVENTS_LOOK_MS: '50',
  EVENTS_HEARTBEAT_SECONDS: '1',
  EVENTS_MAX_STREAMS: '5',
  EVENTS_MAX_STREAMS_PER_SUBJECT: '3',
};
const one = useTestApi(database, storage, undefined, { settings });
const other = useTestApi(database, storage, undefined, { settings });
const claim = (id: string) => attemptsIn(database.pool).claims.claim(id);
const attempts = () => attemptsIn(database.pool).attempts;

const ask = async (key = one.keys.first) => {
  const response = await one.call('POST', '/v1/exports', { key, body: { dataset: 'diary' } });
  return ((await response.json()) as { id: string }).id;
};
const look = async (id: string) => (await one.call('GET', `/v1/exports/${id}`)).json();
const patience = { timeout: 40_000 };

afterEach(() => database.pool.query('delete from rowferry.exports'));

describe('a stream of events', () => {
  it('tells the export at once, each change, the end, and then ends itself', async () => {
    const id = await ask();
    const stream = await readEvents(one, id);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.response.headers.get('content-encoding')).toBeNull();
    await expect.poll(() => stream.events.length, patience).toBe(1);
    expect(stream.events[0]?.export).toEqual(await look(id));
    expect(stream.retryMs()).toBe(1000);
    await claim(id);
    await attempts().beat(id, 1, { rows: 500, bytes: 5000, estimatedRows: 1000 });
    await expect.poll(() => stream.events.at(-1)?.export.progress.percent, patience).toBe(50);
    await attempts().fail(id, 1, { code: 'a_test', message: 'A test says so.' });
    await stream.ended;
    expect(stream.events.at(-1)?.export).toEqual(await look(id));
    expect(stream.events.at(-1)?.export.status).toBe('failed');
    const ids = stream.events.map((event) => Number(event.id.split('-')[0]));
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  it('tells the same through every instance, whoever made the change', async () => {
    const id = await ask();
    const streams = [await readEvents(one, id), await readEvents(other, id, { key: one.keys.first })];
    await other.call('POST', `/v1/exports/${id}/cancel`, { key: one.keys.first });
    for (const { ended, events } of streams) {
      await ended;
      expect(events.at(-1)?.export.status).toBe('cancelled');
    }
  });

  it('goes on through another instance without repeating what the client has', async () => {
    const id = await ask();
    const first = await readEvents(one, id);
    await expect.poll(() => first.events.length, patience).toBe(1);
    await first.close();
    const lastEventId = first.events[0]?.id ?? '';
    const second = await readEvents(other, id, { lastEventId, key: one.keys.first });
    await expect.poll(() => second.beats(), patience).toBeGreaterThan(0);
    expect(second.events).toEqual([]);
    await second.close();
    await claim(id);
    const third = await readEvents(other, id, { lastEventId, key: one.keys.first });
    await expect.poll(() => third.events.at(0)?.export.status, patience).toBe('running');
  });

  it('of an export that has ended is one event, or none for whoever has it', async () => {
    const id = await ask();
    await one.call('POST', `/v1/exports/${id}/cancel`);
    const stream = await readEvents(one, id);
    await stream.ended;
    expect(stream.events.map((event) => event.export.status)).toEqual(['cancelled']);
    const again = await readEvents(one, id, { lastEventId: stream.events[0]?.id ?? '' });
    await again.ended;
    expect(again.events).toEqual([]);
  });

  it('shows that it is alive, also where the Last-Event-ID is none of ours', async () => {
    const stream = await readEvents(one, await ask(), { lastEventId: 'nonsense' });
    await expect.poll(() => stream.beats(), patience).toBeGreaterThan(1);
    expect(stream.events).toHaveLength(1);
  });

  it('ends when the export is deleted, and is not there for it or for anybody else’s', async () => {
    const id = await ask();
    const stream = await readEvents(one, id);
    expect((await one.call('GET', `/v1/exports/${id}/events`, { key: one.keys.second })).status).toBe(404);
    await one.call('DELETE', `/v1/exports/${id}`);
    await stream.ended;
    expect((await one.call('GET', `/v1/exports/${id}/events`)).status).toBe(404);
  });

  it('ends when its key is revoked, and only then', async () => {
    const keys = new ApiKeys(database.pool);
    const [mortal, lasting] = await Promise.all(
      ['1', '1'].map((subject) => keys.create({ role: 'user', subject })),
    );
    if (mortal === undefined || lasting === undefined) throw new Error('there are two');
    const id = await ask(mortal.key);
    const stream = await readEvents(one, id, { key: mortal.key });
    const unharmed = await readEvents(one, id, { key: lasting.key });
    await keys.revoke(mortal.id);
    await stream.ended;
    expect((await one.call('GET', `/v1/exports/${id}/events`, { key: mortal.key })).status).toBe(401);
    const beats = unharmed.beats();
    await expect.poll(() => unharmed.beats(), patience).toBeGreaterThan(beats);
  });

  it('is refused beyond the limits of a subject and of the process, and there again for one that was closed', async () => {
    const id = await ask();
    const open = await Promise.all([1, 2, 3].map(() => readEvents(one, id)));
    const refused = await one.call('GET', `/v1/exports/${id}/events`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await refused.json()).toMatchObject({ code: 'too_many_streams' });
    const theirs = await ask(one.keys.second);
    for (let time = 0; time < 2; time++) await readEvents(one, theirs, { key: one.keys.second });
    const full = await one.call('GET', `/v1/exports/${id}/events`, { key: one.keys.admin });
    expect(full.status).toBe(503);
    expect(await full.json()).toMatchObject({ code: 'streams_full' });
    await open[0]?.close();
    await vi.waitUntil(async () => {
      const stream = await readEvents(one, id);
      await stream.close();
      return stream.response.status === 200;
    }, patience);
  });

  it('answers HEAD without one', async () => {
    const response = await fetch(`${one.url}/v1/exports/${await ask()}/events`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${one.keys.first}` },
    });
    expect(response.status).toBe(200);
  });
});

it('counts down the place of an export that waits', async () => {
  const ids = [await ask(one.keys.first), await ask(one.keys.second)];
  const [, last = ''] = ids;
  const stream = await readEvents(one, last, { key: one.keys.second });
  await expect.poll(() => stream.events.at(-1)?.export.queuePosition, patience).toBe(2);
  const list = await one.call('GET', '/v1/exports', { key: one.keys.admin });
  const { exports } = (await list.json()) as { exports: { id: string; queuePosition: number | null }[] };
  expect(exports.map(({ id, queuePosition }) => [id, queuePosition])).toEqual([
    [last, 2],
    [ids[0], 1],
  ]);
  await claim(ids[0] ?? '');
  await expect.poll(() => stream.events.at(-1)?.export.queuePosition, patience).toBe(1);
  await claim(last);
  await expect.poll(() => stream.events.at(-1)?.export.queuePosition, patience).toBe(null);
});
