import type { IncomingMessage, ServerResponse } from 'node:http';
import type { S3Error } from './errors.ts';
import { xmlDocument } from './xml.ts';
import type { XmlContent } from './xml.ts';

/** How long the rest of a refused body is read, so that the client gets to see why it was refused. */
const lingerMs = 5_000;

/** Answers 200 with an XML document. */
export function sendXml(response: ServerResponse, root: string, content: XmlContent): void {
  const body = Buffer.from(xmlDocument(root, content));
  response.writeHead(200, { 'content-type': 'application/xml', 'content-length': body.length });
  response.end(body);
}

/** Answers without a body. */
export function sendEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  // 204 and 304 have no length of their own.
  const length = status === 200 ? { 'content-length': '0' } : {};
  response.writeHead(status, { ...length, ...headers });
  response.end();
}

/** Answers with S3's error document ("REST error responses"); a HEAD has only its status. */
export function sendError(
  message: IncomingMessage,
  response: ServerResponse,
  error: S3Error,
  options: { id: string; resource: string },
): void {
  // Too late to say anything: the client has gone, or has had a part of a good answer.
  if (response.headersSent || (message.destroyed && !message.complete)) {
    response.destroy(error);
    return;
  }
  const content: XmlContent = [
    ['Code', error.code],
    ['Message', error.message],
    ...Object.entries(error.details),
    ['Resource', options.resource],
    ['RequestId', options.id],
  ];
  const body = Buffer.from(xmlDocument('Error', content, { namespaced: false }));
  const size = error.details['ActualObjectSize'];
  response.writeHead(error.status, {
    'content-type': 'application/xml',
    'content-length': body.length,
    ...(error.code === 'InvalidRange' ? { 'content-range': `bytes */${size ?? '*'}` } : {}),
    ...(message.complete ? {} : { connection: 'close' }),
  });
  if (message.method !== 'HEAD') response.write(body);
  endAfterBody(message, response);
}

// Closing a connection with bytes unread resets it, and the reset may overtake the answer. So the answer goes out first
// and the end of the response, which closes the connection, waits for the end of the body, or for so long.
function endAfterBody(message: IncomingMessage, response: ServerResponse): void {
  const neverAskedFor = message.headers.expect !== undefined && !message.readableDidRead;
  if (message.complete || neverAskedFor) {
    response.end();
    return;
  }
  const timer = setTimeout(end, lingerMs);
  function end(): void {
    clearTimeout(timer);
    response.end();
  }
  message.once('end', end).once('close', end).once('error', end).resume();
}
