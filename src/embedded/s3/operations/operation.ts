import type { S3Request } from '../request.ts';
import type { Store } from '../store.ts';

/** What operations work with. */
export interface OperationContext {
  readonly store: Store;
  readonly region: string;
}

/** Answers a request, or throws an S3Error before it has begun to. */
export type Operation = (context: OperationContext, request: S3Request) => void | Promise<void>;

/** The owner of everything, in listings: there is one credential and no account. */
export const owner = [
  ['ID', 'owner'],
  ['DisplayName', 'owner'],
] as const;
