import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** Settings of an installation that may post to it. */
export const HOOK_SETTINGS = {
  WEBHOOK_SECRET_KEY: 'a key for faults of at least 32 characters',
  WEBHOOK_ALLOW_HTTP: 'true',
  WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
  WEBHOOK_PORTS: '1-65535',
  // A try that died with its worker is over half a minute after the longest that a receiver may take.
  WEBHOOK_TIMEOUT_SECONDS: '5',
  MAIL_TIMEOUT_SECONDS: '5',
  NOTIFY_RETRY_DELAY_SECONDS: '1',
};

/** Takes every webhook of a run of the suite, and knows under which ids it was told of an export. */
export class HookReceiver {
  readonly url: string;
  readonly #server: Server;
  readonly #ids: Map<string, Set<string>>;

  private constructor(server: Server, ids: Map<string, Set<string>>) {
    this.#server = server;
    this.#ids = ids;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  }

  static async open(): Promise<HookReceiver> {
    const ids = new Map<string, Set<string>>();
    const server = createServer((request, response) => {
      const take = async () => {
        const { data } = (await json(request)) as { data: { id: string } };
        ids.set(data.id, (ids.get(data.id) ?? new Set()).add(String(request.headers['webhook-id'])));
        response.writeHead(204).end();
      };
      // A worker may be killed before it has said everything.
      take().catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HookReceiver(server, ids);
  }

  /** Of all messages about this export. One message may come more than once, but under one id. */
  idsOf(exportId: string): readonly string[] {
    return [...(this.#ids.get(exportId) ?? [])];
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
