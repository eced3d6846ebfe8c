// Clients that take their time over a request, against the middleware in a server of its own.
import express from 'express';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { bodyInTime } from '../../src/api/body-in-time.ts';

const TIMEOUT_MS = 300;

async function serve(): Promise<(head: string) => Socket> {
  const app = express();
  app.use(bodyInTime(TIMEOUT_MS, '/v1/imports'));
  app.use((request, response) => {
    request.resume().once('end', () => response.end('read'));
  });
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return (head) => {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.write(`${head} HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n`);
    return socket;
  };
}

/** All that comes until the server closes. */
async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) text += chunk.toString();
  return text;
}

it('answers 408 to a body that does not come, and closes', async () => {
  const open = await serve();
  const socket = open('POST /v1/exports');
  socket.write('ab');
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 408 [^]*\r\nconnection: close\r\n/i);
});

it('lets one that came in time be answered later than that', async () => {
  const app = express();
  app.use(bodyInTime(TIMEOUT_MS, '/v1/imports'));
  app.use((request, response) => {
    request.resume();
    setTimeout(() => response.end('late'), 2 * TIMEOUT_MS);
  });
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/v1/exports`, { method: 'POST', body: 'abcd' });
  expect([response.status, await response.text()]).toEqual([200, 'late']);
});

it.each(['/v1/imports', '/V1/imports/'])('takes a file at %s for as long as it may take', async (path) => {
  const open = await serve();
  const socket = open(`POST ${path}`);
  let sent = 0;
  const timer = setInterval(() => {
    if (++sent <= 4) socket.write('x');
    else clearInterval(timer);
  }, TIMEOUT_MS / 2);
  onTestFinished(() => clearInterval(timer));
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(sent).toBeGreaterThanOrEqual(4);
  expect(chunk.toString()).toMatch(/^HTTP\/1\.1 200 /);
});
