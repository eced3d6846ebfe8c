import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { toS3Error } from './errors.ts';
import type { OperationContext } from './operations/operation.ts';
import { parseTarget, readRequest } from './request.ts';
import { sendError } from './responses.ts';
import { findOperation } from './router.ts';
import { Store } from './store.ts';

export interface S3ServerOptions {
  /** Where everything is kept; made if it does not exist. One server at a time. */
  readonly directory: string;
  /** Default 127.0.0.1. There is no TLS: anything but a loopback address needs a private network. */
  readonly host?: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Gets unexpected errors only, never a URL or a header: those hold signatures. */
  readonly logger?: Logger;
  /** A connection on which nothing moves for so long is closed. Default 120,000. */
  readonly idleTimeoutMs?: number;
  /** How long `close` waits for requests under way. Default 5,000. */
  readonly closeTimeoutMs?: number;
}

export interface S3Server {
  readonly url: string;
  readonly port: number;
  /**
   * Takes no new connections, lets requests under way end for up to `closeTimeoutMs`, then cuts them off. Settles when
   * what they had written has been removed.
   */
  close(): Promise<void>;
}

const headersTimeoutMs = 15_000;
// Longer than clients keep a connection: when the server is first, a request may meet a closing connection.
const keepAliveTimeoutMs = 65_000;

/**
 * Starts an S3-compatible server on one directory.
 * @throws when the directory cannot be used or the address is taken
 */
export async function startS3Server(options: S3ServerOptions): Promise<S3Server> {
  const {
    directory,
    port,
    logger,
    host = '127.0.0.1',
    idleTimeoutMs = 120_000,
    closeTimeoutMs = 5_000,
  } = options;
  const context = { store: await Store.open(directory), region: options.region };
  const active = new Set<Promise<void>>();
  let closing = false;

  function accept(message: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    if (closing) response.shouldKeepAlive = false;
    // Until the last byte has been handed over: a connection counts as idle before that.
    const sent = new Promise((resolve) => response.once('close', resolve));
    const work = handle(context, { message, response, expectsContinue, credential: options, logger }).then(
      () => sent as Promise<void>,
    );
    active.add(work);
    void work.finally(() => active.delete(work));
  }

  const server = createServer({
    headersTimeout: headersTimeoutMs,
    // Of the whole request, and 5 GiB may take long: the idle time-out guards instead.
    requestTimeout: 0,
    keepAliveTimeout: keepAliveTimeoutMs,
  });
  server.timeout = idleTimeoutMs;
  server.on('request', (message, response) => accept(message, response, false));
  server.on('checkContinue', (message, response) => accept(message, response, true));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  async function shutDown(): Promise<void> {
    closing = true;
    // Not http's own close: it would also cut connections whose answer is complete but not sent yet.
    const closed = new Promise((resolve) => NetServer.prototype.close.call(server, resolve));
    const timer = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
    await Promise.allSettled(active);
    server.close();
    await closed;
    clearTimeout(timer);
  }
  let closed: Promise<void> | undefined;
  return { url: `http://${name}:${address.port}`, port: address.port, close: () => (closed ??= shutDown()) };
}

async function handle(
  context: OperationContext,
  options: {
    message: IncomingMessage;
    response: ServerResponse;
    expectsContinue: boolean;
    credential: S3ServerOptions;
    logger: Logger | undefined;
  },
): Promise<void> {
  const { message, response, expectsContinue, credential, logger } = options;
  const id = randomBytes(8).toString('hex').toUpperCase();
  let resource = '';
  response.setHeader('x-amz-request-id', id);
  response.setHeader('server', 'rowferry-s3');
  // The stream that reads or writes sees the same error; without a listener here it would end the process.
  message.on('error', () => undefined);
  response.on('error', () => undefined);
  try {
    const target = parseTarget(message.url ?? '');
    resource = target.path;
    const request = readRequest(message, response, { id, target, credential, expectsContinue });
    await findOperation(request)(context, request);
  } catch (error) {
    const answer = toS3Error(error);
    if (answer.status >= 500 && answer.code !== 'NotImplemented' && !message.destroyed) {
      logger?.error({ requestId: id, code: codeOf(error), error: messageOf(error) }, 's3 request failed');
    }
    sendError(message, response, answer, { id, resource });
  }
}
