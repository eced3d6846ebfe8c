import type { Backend } from '../lab/site.ts';
import type { OwnServers } from './own-servers.ts';
import type { Scale } from './scale.ts';
import type { SiteChoice } from './site-choice.ts';
import type { Trial } from './trial.ts';

/** One fault of the list, as a file of `cases/`, which is found by its name. */
export interface FaultCase {
  /** The one by which people know it, and which `--only` takes. */
  number: number;
  /** What is done, in a few words. */
  name: string;
  /** Queues on which it can be met. */
  queues: 'both' | 'redis';
  /** How often it is run on each. A quick run does it once, on one of them. */
  runs: Readonly<Record<Exclude<Scale, 'quick'>, number>>;
  /** Time that all exports of a run have to end once `run` has returned. Default 60. */
  endWithinSeconds?: number;
  /** Time `run` itself may take. Default 180. */
  runWithinSeconds?: number;
  /** Servers and settings of an installation of its own; without it, or with undefined, a run borrows one. */
  site?(own: OwnServers, run: { index: number; backend: Backend }): Promise<SiteChoice | undefined>;
  /**
   * Starts workers, asks for exports and does the harm, then leaves everything as an operator would: with a worker that
   * runs. It never sleeps; it waits for rows, log lines and bytes. Then every export that was asked for is judged.
   */
  run(trial: Trial): Promise<void>;
}
