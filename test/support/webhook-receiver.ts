import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { vi } from 'vitest';

export interface ReceivedWebhook {
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface WebhookReceiver {
  url: string;
  /** Everything that arrived, in order. */
  readonly received: readonly ReceivedWebhook[];
  /** What to answer with; 204 at first. A number is a status, a string where a redirect points, `hang` no answer. */
  answer: number | 'hang' | { redirect: string };
  /** Called before each answer. */
  onRequest: () => void;
  /** Resolves when so many have arrived. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/** Settings of an installation that may post to it. */
export const WEBHOOKS_ON_LOOPBACK = {
  WEBHOOK_ALLOW_HTTP: 'true',
  WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
  WEBHOOK_PORTS: '1-65535',
};

/** A program that takes webhooks, on loopback. */
export async function startWebhookReceiver(host = '127.0.0.1'): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const headers = request.headers as Record<string, string>;
      received.push({ path: request.url ?? '', headers, body });
      receiver.onRequest();
      const { answer } = receiver;
      if (answer === 'hang') return;
      if (typeof answer === 'object') response.writeHead(307, { location: answer.redirect });
      else response.writeHead(answer);
      response.end();
    });
  });
  server.listen(0, host);
  await once(server, 'listening');
  const receiver: WebhookReceiver = {
    url: `http://${host}:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: 204,
    onRequest: () => undefined,
    arrived: (count) =>
      vi.waitUntil(() => received.length >= count, { timeout: 60_000, interval: 20 }).then(() => undefined),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return receiver;
}

export interface WebhookMessage {
  type: string;
  timestamp: string;
  data: {
    id: string;
    status: string;
    file: Record<string, unknown> | null;
    error: Record<string, unknown> | null;
    links: Record<string, string>;
    [member: string]: unknown;
  };
}

/** What a receiver does with the library of Standard Webhooks. Throws when the signature is wrong. */
export function verifyWebhook(message: ReceivedWebhook | undefined, secret: string): WebhookMessage {
  if (message === undefined) throw new Error('nothing has arrived');
  return new Webhook(secret).verify(message.body, message.headers) as WebhookMessage;
}
