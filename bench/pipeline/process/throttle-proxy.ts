import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface ThrottleProxy {
  url: string;
  /** May be changed while it runs. */
  bytesPerSecond: number;
  close(): Promise<void>;
}

/** Small, so that the client's data wait in the client. */
const BUFFER_BYTES = 64 * 1024;

/** A proxy on loopback that takes at most so many bytes a second from all its clients together: a slow line to S3. */
export async function startThrottleProxy(target: string, bytesPerSecond: number): Promise<ThrottleProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  /** When the line is free again, in milliseconds. */
  let freeAt = 0;
  const server = createServer({ highWaterMark: BUFFER_BYTES }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port) });
    const end = () => {
      client.destroy();
      upstream.destroy();
      sockets.delete(client);
    };
    sockets.add(client);
    client.on('error', end).on('close', end);
    upstream.on('error', end).on('close', end);
    upstream.on('data', (chunk) => client.write(chunk));
    client.on('data', (chunk) => {
      client.pause();
      const now = performance.now();
      freeAt = Math.max(now, freeAt) + (chunk.length / proxy.bytesPerSecond) * 1000;
      setTimeout(() => {
        upstream.write(chunk);
        client.resume();
      }, freeAt - now);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: ThrottleProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytesPerSecond,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
