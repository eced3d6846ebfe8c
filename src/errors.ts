/** What an error says to the code that catches it; the message is for people. */
export interface AppErrorOptions {
  /** True when the same work may succeed if tried again later. Default false. */
  retryable?: boolean;
  cause?: unknown;
  /** Plain data for the caller (never a secret). */
  details?: Readonly<Record<string, unknown>>;
}

/**
 * An error with a stable code. Codes are `snake_case`, part of the public contract, and never reused for another
 * meaning. Nothing here knows HTTP: the API maps codes to statuses.
 */
export class AppError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` property of anything that was thrown (`ECONNREFUSED`, `57P01`, an AppError's code …), if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
