import { RowferryError } from './errors.ts';
import { backoffMs, pause, retryAfterMs } from './pause.ts';

export interface TransportOptions {
  /** Of one try of one request, in milliseconds. */
  timeoutMs: number;
  /** Tries of a request that may be repeated, when the server is away or busy. */
  maxTries: number;
}

/** Answers that may be another in a moment. */
const PASSING = [429, 502, 503, 504];
/** Whoever is to come back later than this is told so instead. */
const MAX_PAUSE_MS = 30_000;

/**
 * A `fetch` that does not wait for ever, and tries again what may be tried again as long as the server is away or says
 * when to come back: requests that change nothing, or carry a key by which the server knows them again.
 */
export function createTransport({ timeoutMs, maxTries }: TransportOptions) {
  return async function transport(request: Request): Promise<Response> {
    const repeatable = request.method === 'GET' || request.headers.has('idempotency-key');
    const tries = repeatable ? maxTries : 1;
    for (let failures = 0; ;) {
      const outcome = await attempt(request, timeoutMs);
      failures++;
      if (outcome instanceof Response) {
        const pauseMs = retryAfterMs(outcome) ?? backoffMs(failures);
        if (failures >= tries || !isPassing(outcome) || pauseMs > MAX_PAUSE_MS) return outcome;
        await pause(pauseMs, request.signal);
      } else {
        if (failures >= tries) throw unreachable(request, outcome.failure);
        await pause(backoffMs(failures), request.signal);
      }
    }
  };
}

/** 409 with a time to come back: the first request with the same key is being answered. */
function isPassing({ status, headers }: Response): boolean {
  return PASSING.includes(status) || (status === 409 && headers.has('retry-after'));
}

/** @throws the reason of the request's own signal */
async function attempt(request: Request, timeoutMs: number): Promise<Response | { failure: unknown }> {
  try {
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]);
    // The body of the request can be read once only.
    const response = await fetch(request.clone(), { signal });
    // Taken whole, so that one cut off in the middle counts as a failure too.
    const body = await response.arrayBuffer();
    return new Response(body.byteLength === 0 ? null : body, response);
  } catch (failure) {
    request.signal.throwIfAborted();
    return { failure };
  }
}

function unreachable(request: Request, failure: unknown): RowferryError {
  const { origin } = new URL(request.url);
  // fetch says only that it failed; why is in the cause.
  const cause = failure instanceof Error && failure.cause instanceof Error ? failure.cause : failure;
  const reason = cause instanceof Error ? cause.message || codeOf(cause) : String(cause);
  return new RowferryError('unreachable', `${origin} does not answer: ${reason}`, { cause: failure });
}

/** Of an error without words: Node gives one for several addresses that all refused. */
function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
