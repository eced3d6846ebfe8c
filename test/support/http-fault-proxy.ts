import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** What the proxy does with a request: pass it on, answer in the server's stead, or fail as networks and servers do. */
export type Fault =
  | 'pass'
  | { status: number; body: string; headers?: Record<string, string> }
  /** The connection breaks in the middle of the answer. */
  | { cutAfterBytes: number }
  /** The server does its work, but its answer never arrives. */
  | 'lose-answer'
  /** The server does its work; then this is done, and the answer is passed on. */
  | { beforeAnswer: () => unknown }
  | 'reset'
  | 'hang';

export interface HttpFaultProxy {
  url: string;
  /** Put into every answer that is passed on. */
  headers: Record<string, string>;
  /** Asked for every request, which waits for the answer; the default passes everything. */
  fault: (request: { method: string; url: URL; headers: IncomingHttpHeaders }) => Fault | Promise<Fault>;
  close(): Promise<void>;
}

/** An HTTP proxy on loopback. It keeps the Host header, so signatures stay valid. */
export async function startHttpFaultProxy(target: string): Promise<HttpFaultProxy> {
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? '/', target);
    void act(proxy, incoming, outgoing, url).catch(() => incoming.destroy());
  });
  const proxy: HttpFaultProxy = {
    url: '',
    headers: {},
    fault: () => 'pass',
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}

async function act(
  proxy: HttpFaultProxy,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  url: URL,
): Promise<void> {
  const fault = await proxy.fault({ method: incoming.method ?? '', url, headers: incoming.headers });
  if (fault === 'hang') return;
  if (fault === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  if (typeof fault === 'object' && 'status' in fault) {
    incoming.resume();
    await once(incoming, 'end');
    outgoing.writeHead(fault.status, { 'content-type': 'application/xml', ...fault.headers }).end(fault.body);
    return;
  }
  const forwarded = request(url, { method: incoming.method, headers: incoming.headers });
  const answered = once(forwarded, 'response') as Promise<[IncomingMessage]>;
  // A server may answer, and refuse, before it has read everything.
  const sent = pipeline(incoming, forwarded).then(() => answered);
  const [response] = await Promise.race([answered, sent]);
  sent.catch(() => undefined);
  if (fault === 'lose-answer') {
    response.resume();
    await once(response, 'end');
    incoming.socket.resetAndDestroy();
    return;
  }
  if (typeof fault === 'object' && 'beforeAnswer' in fault) await fault.beforeAnswer();
  outgoing.writeHead(response.statusCode ?? 502, { ...response.headers, ...proxy.headers });
  if (typeof fault === 'object' && 'cutAfterBytes' in fault) {
    await sendBeginning(response, outgoing, fault.cutAfterBytes);
    incoming.socket.resetAndDestroy();
    return;
  }
  await pipeline(response, outgoing);
}

async function sendBeginning(
  response: IncomingMessage,
  outgoing: ServerResponse,
  bytes: number,
): Promise<void> {
  let left = bytes;
  for await (const piece of response as AsyncIterable<Buffer>) {
    await new Promise((resolve) => outgoing.write(piece.subarray(0, left), resolve));
    left -= piece.length;
    if (left <= 0) return;
  }
}
