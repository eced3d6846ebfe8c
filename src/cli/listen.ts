import { once } from 'node:events';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import type { AddressInfo } from 'node:net';
import { AppError, codeOf } from '../errors.ts';

/** Addresses that `localhost` reaches too. */
const LOCAL = ['127.0.0.1', '::1', '0.0.0.0', '::'];

/**
 * Starts to listen, and resolves to the address by which this machine reaches it.
 *
 * @throws AppError `port_in_use`, `no_permission`, `bad_host`
 */
export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
): Promise<string> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw listenError(error, host, port);
  }
  const bound = server.address() as AddressInfo;
  const name = LOCAL.includes(bound.address)
    ? 'localhost'
    : isIPv6(bound.address)
      ? `[${bound.address}]`
      : bound.address;
  return `http://${name}:${bound.port}`;
}

function listenError(error: unknown, host: string, port: number): unknown {
  switch (codeOf(error)) {
    case 'EADDRINUSE': {
      const advice = `Stop the program that uses it, or take another port: PORT=${port + 1} npm start`;
      return new AppError('port_in_use', `Port ${port} is in use. ${advice}`, { cause: error });
    }
    case 'EACCES':
      return new AppError(
        'no_permission',
        `Port ${port} may not be used. Take one above 1023: PORT=3000 npm start`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new AppError(
        'bad_host',
        `HOST=${host} is no address of this machine. Try 127.0.0.1 or 0.0.0.0.`,
      );
    default:
      return error;
  }
}
