// Takes TLS off and passes the bytes on, outside of the process that is measured.
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { createServer } from 'node:tls';
import type { TlsFrontOrder } from './tls-front.ts';

process.once('message', ({ keyPath, certificatePath, target }: TlsFrontOrder) => {
  const { hostname, port } = new URL(target);
  const identity = { key: readFileSync(keyPath), cert: readFileSync(certificatePath) };
  const server = createServer(identity, (client) => {
    const upstream = connect(Number(port), hostname);
    // A connection that ends half-way is the uploader's to notice.
    pipeline(client, upstream, client).catch(() => undefined);
  });
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
});
process.on('disconnect', () => process.exit(0));
