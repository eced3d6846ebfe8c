// What a stream is told when looks overtake each other.
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { EventStreams } from '../../src/api/event-streams.ts';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import { WatchedExports } from '../../src/db/watched-exports.ts';
import { attemptsIn } from '../support/attempts.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const database = useTestDatabase();

it.each([
  ['goes on', 'running'],
  ['was ended when it was looked at, and goes on', 'retried'],
] as const)('tells nothing older than what it was opened with, of an export that %s', async (_what, next) => {
  const exports = new ExportRecords(database.pool);
  const { claims, attempts } = attemptsIn(database.pool);
  const watched = new WatchedExports(database.pool);
  const asked = { tenant: DEFAULT_TENANT, role: 'user', subject: '1', dataset: 'diary' } as const;
  const { id } = await exports.create({ ...asked, formats: ['csv'], params: {} });
  let goOn: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (goOn = resolve));
  let looks = 0;
  let slowIsSeen = false;
  const streams = new EventStreams({
    watched: {
      async look(ids) {
        // The first is that of the stream before, the second the one that all streams have in common.
        const isSlow = ++looks === 2;
        if (isSlow && next === 'retried') await end();
        const states = await watched.look(ids);
        if (isSlow) {
          slowIsSeen = true;
          await held;
        }
        return states;
      },
      read: (ids) => watched.read(ids),
    },
    apiKeys: { areValid: (ids) => Promise.resolve(new Set(ids)) },
    lookMs: 20,
    heartbeatMs: 60_000,
    maxStreams: 5,
    maxStreamsPerSubject: 5,
    logger: pino({ level: 'silent' }),
  });
  onTestFinished(() => streams.close());
  const end = async () => {
    await claims.claim(id);
    await attempts.fail(id, 1, { code: 'a_test', message: 'A test says so.' });
  };
  const open = async () => {
    const out = new PassThrough({ encoding: 'utf8' });
    let text = '';
    out.on('data', (chunk: string) => (text += chunk));
    const via = { kind: 'key', keyId: id } as const;
    const identity = { ...asked, roles: ['user'], scopes: ['read'], via } as const;
    const start = await streams.open(id, { identity, signal: new AbortController().signal });
    start(out);
    return { out, told: () => [...text.matchAll(/^id: (\d+)-/gm)].map(([, seenAt]) => Number(seenAt)) };
  };
  await open();
  await until(() => slowIsSeen);
  if (next === 'retried') {
    await database.pool.query(
      `update rowferry.exports set status = 'queued', finished_at = null, error_code = null, error_message = null
        where id = $1`,
      [id],
    );
  } else await claims.claim(id);
  const { out, told } = await open();
  await until(() => told().length === 1);
  goOn?.();
  const before = looks;
  await until(() => looks > before + 3);
  expect(told()).toHaveLength(1);
  expect(out.writableEnded).toBe(false);
});
