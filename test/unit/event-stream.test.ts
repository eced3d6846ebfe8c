import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import type { Identity } from '../../src/auth/identity.ts';
import { EventStream } from '../../src/api/event-stream.ts';

const identity: Identity = {
  tenant: 'default',
  subject: '1',
  roles: ['user'],
  scopes: ['read'],
  via: { kind: 'key', keyId: '1' },
};
const event = (id: string) => ({ id, name: 'export', data: `"${id}"` });

/** A client that takes the next piece when it is told to. */
function slowClient() {
  const taken: string[] = [];
  const waiting: (() => void)[] = [];
  const out = new Writable({
    highWaterMark: 1,
    decodeStrings: false,
    write(piece: string, _encoding, done) {
      waiting.push(() => {
        taken.push(piece);
        done();
      });
    },
  });
  const takeNext = async () => {
    waiting.shift()?.();
    await new Promise(setImmediate);
  };
  return { stream: new EventStream(out, { identity, mark: undefined }), out, taken, takeNext };
}

it('keeps of all states that a client is too slow for only the last', async () => {
  const { stream, out, taken, takeNext } = slowClient();
  stream.send(event('1'));
  for (let id = 2; id <= 1000; id++) stream.send(event(String(id)));
  expect(out.writableLength).toBeLessThan(100);
  stream.end();
  await takeNext();
  expect(out.writableEnded).toBe(false);
  await takeNext();
  expect(taken).toEqual(['event: export\nid: 1\ndata: "1"\n\n', 'event: export\nid: 1000\ndata: "1000"\n\n']);
  expect(out.writableEnded).toBe(true);
});

it('drops a client that has taken nothing from one beat to the next', async () => {
  const { stream, out, takeNext } = slowClient();
  stream.send(event('1'));
  stream.beat();
  await takeNext();
  stream.send(event('2'));
  stream.beat();
  expect(out.destroyed).toBe(false);
  stream.beat();
  expect(out.destroyed).toBe(true);
});
