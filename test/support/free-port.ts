import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The system takes ports for connections from above this range, so that a server that is down gets its own back. */
const LASTING_PORTS = { from: 20_000, to: 32_000 };

/** A port that was free a moment ago, for a server that will be restarted on it. */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(LASTING_PORTS.from, LASTING_PORTS.to);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
