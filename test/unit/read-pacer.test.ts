import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { ReadPacer } from '../../src/export/byte-path/read-pacer.ts';

const SMALL = 8 * 1024;
const LONG = 2 * 1024 * 1024;

/** Both ends of a connection; the test reads from `client`. */
async function connection(listen: ListenOptions): Promise<{ client: Socket; server: Socket }> {
  const listener = createServer().listen(listen);
  await once(listener, 'listening');
  const client =
    listen.path === undefined
      ? connect((listener.address() as AddressInfo).port, '127.0.0.1')
      : connect(listen.path);
  const [[server]] = await Promise.all([
    once(listener, 'connection') as Promise<[Socket]>,
    once(client, 'connect'),
  ]);
  onTestFinished(() => {
    client.destroy();
    server.destroy();
    listener.close();
  });
  return { client, server };
}

/** Sends bytes and waits until `client` has read them all. */
async function send(bytes: number, { client, server }: { client: Socket; server: Socket }): Promise<void> {
  const until = client.bytesRead + bytes;
  server.write(Buffer.alloc(bytes));
  while (client.bytesRead < until) await once(client, 'data');
}

it('pauses a TCP socket in a long result, and lets it go on by itself', async () => {
  const pair = await connection({ host: '127.0.0.1', port: 0 });
  const pacer = new ReadPacer(pair.client);
  pair.client.resume();
  await send(LONG, pair);
  pacer.afterRead(SMALL);
  expect(pair.client.isPaused()).toBe(true);
  await send(SMALL, pair);
  expect(pair.client.isPaused()).toBe(false);
});

it('ends a pause at once when it is told to', async () => {
  const pair = await connection({ host: '127.0.0.1', port: 0 });
  const pacer = new ReadPacer(pair.client);
  pair.client.resume();
  await send(LONG, pair);
  pacer.afterRead(SMALL);
  pacer.stop();
  expect(pair.client.isPaused()).toBe(false);
});

it.each([
  ['in a short result', SMALL, SMALL],
  ['after a read that was full', LONG, 64 * 1024],
])('goes on reading %s', async (_name, received, read) => {
  const pair = await connection({ host: '127.0.0.1', port: 0 });
  const pacer = new ReadPacer(pair.client);
  pair.client.resume();
  await send(received, pair);
  pacer.afterRead(read);
  expect(pair.client.isPaused()).toBe(false);
});

it('leaves unix sockets and TLS alone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rowferry-pacer-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const pair = await connection({ path: join(directory, 'socket') });
  const pacer = new ReadPacer(pair.client);
  pair.client.resume();
  await send(LONG, pair);
  pacer.afterRead(SMALL);
  expect(pair.client.isPaused()).toBe(false);

  const plain = await connection({ host: '127.0.0.1', port: 0 });
  const tls = new TLSSocket(plain.client);
  Object.defineProperty(tls, 'bytesRead', { value: 0, writable: true });
  const overTls = new ReadPacer(tls);
  Object.defineProperty(tls, 'bytesRead', { value: LONG });
  overTls.afterRead(SMALL);
  expect(tls.isPaused()).toBe(false);
});
