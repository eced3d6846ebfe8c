import { createHash, randomUUID } from 'node:crypto';

/** The part of an export's resource that the suite reads. */
export interface ExportResource {
  id: string;
  status: string;
  attempt: number;
  error: { code: string; message: string } | null;
}

export interface ExportRequest {
  dataset: string;
  params: object;
  notify?: { webhook: { url: string } };
}

export interface Answer {
  status: number;
  body: unknown;
  /** From the request to the whole answer. */
  seconds: number;
}

export interface CallOptions {
  method?: string;
  body?: object;
  headers?: Record<string, string>;
  /** Longest that an answer is waited for. */
  timeoutMs?: number;
}

type FetchInit = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

/** A client of the API that knows nothing but HTTP. */
export class FaultClient {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** Rejects when there is no answer. */
  async call(path: string, options: CallOptions = {}): Promise<Answer> {
    const { method = 'GET', body, headers = {}, timeoutMs = 30_000 } = options;
    const askedAt = performance.now();
    const response = await this.#fetch(path, {
      method,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer: unknown = text === '' ? null : JSON.parse(text);
    return { status: response.status, body: answer, seconds: (performance.now() - askedAt) / 1000 };
  }

  post(body: object, options: Omit<CallOptions, 'method' | 'body'> = {}): Promise<Answer> {
    return this.call('/v1/exports', { ...options, method: 'POST', body });
  }

  /** Asks for an export of its own, even where one of the same rows is in flight. */
  ask(request: ExportRequest, options: Pick<CallOptions, 'timeoutMs'> = {}): Promise<Answer> {
    return this.post({ ...request, params: { ...request.params, lot: randomUUID() } }, options);
  }

  /** Sends a file to import. */
  async sendFile(content: object, file: string): Promise<Answer> {
    const form = new FormData();
    form.set('import', JSON.stringify(content));
    form.set('file', new Blob([file]), 'file.csv');
    const packed = new Response(form);
    const askedAt = performance.now();
    const response = await this.#fetch('/v1/imports', {
      method: 'POST',
      headers: { 'content-type': packed.headers.get('content-type') ?? '' },
      body: await packed.arrayBuffer(),
    });
    const body: unknown = await response.json();
    return { status: response.status, body, seconds: (performance.now() - askedAt) / 1000 };
  }

  /** Follows the signed link and hands over the file as it comes. @throws Error when there is none */
  async download(
    id: string,
    onPiece?: (piece: Uint8Array) => void,
  ): Promise<{ bytes: number; sha256: string }> {
    const response = await this.#fetch(`/v1/exports/${id}/download`, {});
    if (!response.ok || response.body === null) {
      throw new Error(`the download answers ${response.status}: ${await response.text()}`);
    }
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      hash.update(piece);
      bytes += piece.length;
      onPiece?.(piece);
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  #fetch(path: string, { headers: extra = {}, ...init }: FetchInit): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.#key}`,
      'content-type': 'application/json',
      // The API on the other end may be killed between two requests.
      connection: 'close',
      ...extra,
    };
    return fetch(this.#url + path, { ...init, headers });
  }
}
