import type { components } from './schema.ts';

export interface CallOptions {
  /** Ends the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

export interface FileOptions extends CallOptions {
  /** Which file, where there are several. Default: the first. */
  format?: NonNullable<components['schemas']['NewExport']['format']> | undefined;
}

export interface RequestOptions extends CallOptions {
  /** Default: one of its own for each call. The same key and request get the same export, for a day. */
  idempotencyKey?: string | undefined;
}
