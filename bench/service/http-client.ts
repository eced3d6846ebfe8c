import { Agent, request } from 'node:http';

export interface Answer {
  status: number;
  body: string;
}

/**
 * A client with connections of its own that stay open, as an application has. Its keys take turns, so that the same
 * request sent again comes from somebody else: from one and the same it would be answered with the export that runs.
 */
export class HttpClient {
  readonly #url: string;
  readonly #keys: readonly string[];
  #sent = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 256 });

  constructor(url: string, keys: readonly string[]) {
    this.#url = url;
    this.#keys = keys;
  }

  send(method: string, path: string, body?: object): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const key = this.#keys[this.#sent++ % this.#keys.length] ?? '';
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${key}`,
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      };
      const outgoing = request(this.#url + path, { method, agent: this.#agent, headers }, (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (answer += chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: answer }));
      });
      outgoing.on('error', reject);
      outgoing.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
