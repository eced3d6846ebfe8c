import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A TCP proxy on loopback that can fail as networks do. */
export interface TcpProxy {
  port: number;
  /** Resolves when this many bytes have come from the server since the proxy started. */
  afterBytes(count: number): Promise<void>;
  /** Ends every connection with RST. */
  reset(): void;
  /** Ends every connection towards the client with FIN, as a server does that goes away in order. */
  finish(): void;
  /** From now on passes nothing on, and closes nothing. */
  blackHole(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; server: Socket }>();
  const waiting: { count: number; resolve: () => void }[] = [];
  let received = 0;
  let silent = false;
  const proxy = createServer((client) => {
    const server = connect(target);
    const pair = { client, server };
    pairs.add(pair);
    const end = () => {
      client.destroy();
      server.destroy();
      pairs.delete(pair);
    };
    client.on('error', end).on('close', end);
    server.on('error', end).on('close', () => {
      if (!silent) end();
    });
    client.on('data', (chunk) => {
      if (!silent) server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (silent) return;
      received += chunk.length;
      if (!client.write(chunk)) {
        server.pause();
        client.once('drain', () => server.resume());
      }
      for (const { count, resolve } of waiting) if (received >= count) resolve();
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    port: (proxy.address() as AddressInfo).port,
    afterBytes: (count) =>
      new Promise((resolve) => {
        if (received >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    reset() {
      for (const { client } of pairs) client.resetAndDestroy();
    },
    finish() {
      for (const { client } of pairs) client.end();
    },
    blackHole() {
      silent = true;
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
