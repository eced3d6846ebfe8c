import type { components } from '../../client/schema.ts';

type Schemas = components['schemas'];
export type Dataset = Schemas['Dataset'];
export type Export = Schemas['Export'] & { queuePosition?: number | null };
export type Preview = Schemas['Preview'];
type Options = NonNullable<Schemas['NewExport']['options']>;
/** Of a request, as it is said to the API; what is undefined is not said. */
export type Content = Pick<Schemas['NewExport'], 'dataset' | 'format' | 'params'> & {
  options?: { [Name in keyof Options]: Options[Name] | undefined };
};

/**
 * A credential, or what gets one; null stands for the session of the console, on its own origin. `refused`: the one before
 * was not taken, so a new one is needed.
 */
export type TokenSource = string | ((reason: { refused: boolean }) => string | null | Promise<string>);

/** Why a request did not succeed: a problem of the API, or `network` where no answer came. */
export class Problem extends Error {
  readonly code: string;
  readonly retryAfterSeconds: number;

  constructor(code: string, detail = '', retryAfterSeconds = 0) {
    super(detail);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Problem ? error.code : '';
}

/** Whether the same request may well succeed in a moment. */
export function passes(error: unknown): boolean {
  return /^(network|unavailable|too_many_at_once|idempotency_key_in_flight)$/.test(codeOf(error));
}

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** Requests to the API, each with the token of the moment. */
export class Api {
  readonly #endpoint: string;
  readonly #token: () => TokenSource;

  constructor(endpoint: string, token: () => TokenSource) {
    this.#endpoint = endpoint.replace(/\/+$/, '');
    this.#token = token;
  }

  /** @throws Problem */
  async call<Answer>(path: string, options?: CallOptions): Promise<Answer> {
    const response = await this.open(path, options);
    return response.json().catch((error: unknown) => {
      throw problemOf(error);
    }) as Promise<Answer>;
  }

  /**
   * The answer with its body unread. A token that is refused is asked for once more.
   *
   * @throws Problem
   */
  async open(path: string, { method = 'GET', body, headers, signal }: CallOptions = {}): Promise<Response> {
    const send = async (refused: boolean) => {
      const source = this.#token();
      const token = typeof source === 'string' ? source : await tokenFrom(source, refused);
      return fetch(`${this.#endpoint}/v1/${path}`, {
        method,
        headers: {
          ...(token === null ? { 'Rowferry-Console': '1' } : { Authorization: `Bearer ${token}` }),
          'Content-Type': 'application/json',
          ...headers,
        },
        // Of nothing it makes nothing.
        body: JSON.stringify(body),
        signal: signal ?? null,
      });
    };
    let response: Response;
    try {
      response = await send(false);
      if (response.status === 401 && typeof this.#token() === 'function') response = await send(true);
    } catch (error) {
      throw problemOf(error);
    }
    if (response.ok) return response;
    throw await refusal(response);
  }
}

/** One that cannot be had means that nobody is signed in, unless it is that `fetch` had no answer. */
async function tokenFrom(source: Exclude<TokenSource, string>, refused: boolean): Promise<string | null> {
  try {
    return await source({ refused });
  } catch (error) {
    throw error instanceof TypeError ? error : new Problem('unauthenticated');
  }
}

function problemOf(error: unknown): Error {
  const isOurs = error instanceof Problem || (error instanceof DOMException && error.name === 'AbortError');
  return isOurs ? error : new Problem('network');
}

interface ProblemDocument {
  code?: string;
  detail?: string;
  errors?: { pointer?: string; detail: string }[];
}

async function refusal(response: Response): Promise<Problem> {
  // What is not JSON is not from the API, but from something on the way.
  const document = (await response.json().catch(() => ({}))) as ProblemDocument;
  const { code = response.status >= 500 ? 'unavailable' : String(response.status), errors } = document;
  const detail = errors?.map((one) => `${one.pointer ?? ''} ${one.detail}`).join('; ') ?? document.detail;
  return new Problem(code, detail, Number(response.headers.get('Retry-After')));
}
