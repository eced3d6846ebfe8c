import { createHash } from 'node:crypto';
import { vi } from 'vitest';
import { checkContract } from './contract.ts';

export interface RemoteExport {
  id: string;
  status: string;
  attempt: number;
  progress: { rows: number; percent: number | null };
  file: { name: string; bytes: number; rows: number; sha256: string } | null;
  error: { code: string; message: string } | null;
}

/** A client of the API that knows nothing but HTTP. */
export class RemoteClient {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** Follows redirects; every answer of the API itself is held against docs/openapi.json. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' };
    const response = await fetch(this.#url + path, { ...init, headers, redirect: 'manual' });
    await checkContract(init.method ?? 'GET', this.#url + path, response);
    const location = response.status === 302 ? response.headers.get('location') : null;
    return location === null ? response : fetch(location);
  }

  async request(body: object): Promise<RemoteExport> {
    const response = await this.fetch('/v1/exports', { method: 'POST', body: JSON.stringify(body) });
    if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as RemoteExport;
  }

  async get(id: string): Promise<RemoteExport> {
    return (await (await this.fetch(`/v1/exports/${id}`)).json()) as RemoteExport;
  }

  /** Waits until the export is in one of these states; fails when it ends in another. */
  async until(id: string, states: readonly string[], timeoutMs = 40_000): Promise<RemoteExport> {
    return vi.waitUntil(
      async () => {
        const state = await this.get(id);
        if (states.includes(state.status)) return state;
        if (['failed', 'cancelled', 'completed'].includes(state.status)) {
          throw new Error(`it is ${state.status}: ${JSON.stringify(state.error)}`);
        }
        return undefined;
      },
      { timeout: timeoutMs, interval: 50 },
    );
  }

  /** Follows the redirect to the signed link. */
  async download(id: string): Promise<{ text: string; sha256: string; disposition: string | null }> {
    const response = await this.fetch(`/v1/exports/${id}/download`);
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    return {
      text: bytes.toString(),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      disposition: response.headers.get('content-disposition'),
    };
  }
}
