import type { PassOptions } from './pass-options.ts';
import type { ways } from './ways.ts';

/** What a Node peer is told, as one line of JSON. */
export interface NodeTask extends PassOptions {
  way: keyof typeof ways;
  /** Run before the query, and not timed. */
  warmUp: string;
}
