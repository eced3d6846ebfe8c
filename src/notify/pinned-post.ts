import { once } from 'node:events';
import type { LookupAddress } from 'node:dns';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface PinnedPost {
  url: URL;
  /** Where the connection goes; the name in the URL only says which host is meant. */
  addresses: readonly LookupAddress[];
  headers: Readonly<Record<string, string>>;
  body: string;
  signal: AbortSignal;
}

/**
 * Posts a body to one of the addresses and resolves to the status of the answer. Nothing else of the answer is read, no
 * redirect is followed, and the connection serves this request alone.
 */
export async function postPinned({ url, addresses, headers, body, signal }: PinnedPost): Promise<number> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    agent: false,
    signal,
    // Node asks for all addresses or for one, depending on whether it may try several.
    lookup: (_name, { all }, answer) => {
      const [first] = addresses;
      if (all === true) answer(null, [...addresses]);
      else answer(null, first?.address ?? '', first?.family);
    },
  };
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const sent: ClientRequest = send(url, options);
  try {
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    sent.end(body);
    const [{ statusCode = 0 }] = await answered;
    return statusCode;
  } finally {
    // Destroyed with its answer unread, it may report that as an error.
    sent.on('error', () => undefined);
    sent.destroy();
  }
}
