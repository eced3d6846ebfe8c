import { AppError } from '../errors.ts';

/** Longest reason that is kept of a failed try. */
const MAX_REASON_LENGTH = 300;

export interface SendErrorOptions {
  /** False: it will never work, so it is not tried again. */
  retryable: boolean;
  /** What the other side answered with, an HTTP or SMTP status. */
  status?: number | undefined;
  /** True: the receiver asked never to be called again. */
  gone?: boolean;
  cause?: unknown;
}

/** Why a message did not arrive, in words that may be shown to whoever set the target up. */
export class SendError extends AppError {
  readonly status: number | undefined;
  readonly gone: boolean;

  constructor(code: string, message: string, { retryable, status, gone = false, cause }: SendErrorOptions) {
    super(code, message.slice(0, MAX_REASON_LENGTH), { retryable, cause });
    this.status = status;
    this.gone = gone;
  }
}
