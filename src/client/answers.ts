import { ProblemError } from './errors.ts';

/** For calls of openapi-fetch, which take no undefined. */
export function given(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** @throws ProblemError for an answer that is no success */
export function taken<Data>({
  data,
  error,
  response,
}: {
  data?: Data;
  error?: unknown;
  response: Response;
}): Data {
  if (data === undefined) throw problemOf(response, error);
  return data;
}

export function problemOf(response: Response, error: unknown): ProblemError {
  const problem = typeof error === 'object' && error !== null ? error : {};
  return new ProblemError(response.status, { ...problem });
}
