import express from 'express';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { routedPath } from '../../src/api/routed-path.ts';

it.each([
  ['/v1/imports', '/v1/imports'],
  ['/V1/Imports', '/v1/imports'],
  ['/v1/imports/', '/v1/imports'],
  ['/v1/imports//', '/v1/imports/'],
  ['/', '/'],
])('reads %s as %s', (path, routed) => {
  expect(routedPath({ path })).toBe(routed);
});

// An address with limits of its own that Express routes and this does not recognise would have none.
it('is the address that Express routes', async () => {
  const app = express();
  const seen: boolean[] = [];
  app.use((request, _response, next) => {
    seen.push(routedPath(request) === '/v1/imports');
    next();
  });
  app.get('/v1/imports', (_request, response) => void response.end());
  const server = app.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const paths = [
    '/v1/imports',
    '/v1/imports/',
    '/V1/IMPORTS',
    '/v1/imports?x=1',
    '/v1/imports//',
    '/v1/import',
  ];
  for (const [index, path] of paths.entries()) {
    const { ok } = await fetch(`http://127.0.0.1:${port}${path}`);
    expect([path, seen[index]]).toEqual([path, ok]);
  }
});
