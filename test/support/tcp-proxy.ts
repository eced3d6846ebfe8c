import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A TCP proxy on loopback that can fail as networks do. */
export interface TcpProxy {
  port: number;
  /** Resolves when this many bytes have come from the server since the proxy started. */
  afterBytes(count: number): Promise<void>;
  /** The same, counted from now. */
  afterMoreBytes(count: number): Promise<void>;
  /** Keeps what comes from the server from now on, and shows it. */
  record(): () => string;
  /** Ends every connection with RST. */
  reset(): void;
  /** Ends every connection towards the client with FIN, as a server does that goes away in order. */
  finish(): void;
  /** Passes on exactly this many bytes more from the server, then ends all connections with FIN. Resolves when it has. */
  finishAfter(count: number): Promise<void>;
  /** From now on passes nothing on, and closes nothing. */
  blackHole(): void;
  /** Serves again; what was in the black hole is reset, as by a router that came back and knows nothing of it. */
  recover(): void;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
  silent: boolean;
}

/** @param port where to listen; any free one when left out */
export async function startTcpProxy(target: { host: string; port: number }, port = 0): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const waiting: { count: number; resolve: () => void }[] = [];
  let received = 0;
  let silent = false;
  let last = Infinity;
  const recordings: Buffer[][] = [];
  const finish = () => {
    for (const { client } of pairs) client.end();
  };
  const proxy = createServer((client) => {
    const server = connect(target);
    const pair = { client, server, silent };
    pairs.add(pair);
    const end = () => {
      client.destroy();
      server.destroy();
      pairs.delete(pair);
    };
    client.on('error', end).on('close', end);
    server.on('error', end).on('close', () => {
      if (!pair.silent) end();
    });
    client.on('data', (chunk) => {
      if (!pair.silent) server.write(chunk);
    });
    server.on('data', (data) => {
      if (pair.silent || client.writableEnded) return;
      const chunk = data.subarray(0, last - received);
      received += chunk.length;
      for (const recording of recordings) recording.push(chunk);
      if (!client.write(chunk)) {
        server.pause();
        client.once('drain', () => server.resume());
      }
      if (received >= last) {
        last = Infinity;
        finish();
      }
      for (const { count, resolve } of waiting) if (received >= count) resolve();
    });
  });
  proxy.listen(port, '127.0.0.1');
  await once(proxy, 'listening');
  const afterBytes = (count: number) =>
    new Promise<void>((resolve) => {
      if (received >= count) resolve();
      else waiting.push({ count, resolve });
    });
  return {
    port: (proxy.address() as AddressInfo).port,
    afterBytes,
    afterMoreBytes: (count) => afterBytes(received + count),
    record() {
      const recording: Buffer[] = [];
      recordings.push(recording);
      return () => Buffer.concat(recording).toString('latin1');
    },
    reset() {
      for (const { client } of pairs) client.resetAndDestroy();
    },
    finish,
    finishAfter(count) {
      last = received + count;
      return afterBytes(last);
    },
    blackHole() {
      silent = true;
      for (const pair of pairs) pair.silent = true;
    },
    recover() {
      silent = false;
      for (const { client, silent: forgotten } of pairs) if (forgotten) client.resetAndDestroy();
    },
    async close() {
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
