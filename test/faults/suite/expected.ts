import type { ReferenceFile } from '../../support/rows.ts';

/** How an accepted export has to end. */
export type Expected =
  | {
      status: 'completed';
      /** What the file has to be, or a look at the whole of it that says what is wrong. */
      file: ReferenceFile | ((text: string) => string | undefined);
      /** It may fail instead, but only with one of these codes. */
      orFailed?: readonly string[];
    }
  | { status: 'failed'; codes: readonly string[] }
  | { status: 'cancelled' };

export interface AskedExport {
  id: string;
  expected: Expected;
  /** It was asked for with the suite's webhook, which is to hear of its end. */
  heard?: true;
}
