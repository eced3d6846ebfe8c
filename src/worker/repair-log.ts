import type { Logger } from '../logger.ts';
import type { Metrics, Repair } from '../metrics.ts';

/** Tells operators of repairs: one line in the log and one count each. The export's history is its records' to write. */
export class RepairLog {
  readonly #logger: Logger;
  readonly #metrics: Metrics;

  constructor({ logger, metrics }: { logger: Logger; metrics: Metrics }) {
    this.#logger = logger;
    this.#metrics = metrics;
  }

  /** @param message what was found and what was done */
  made(repair: Repair, facts: Readonly<Record<string, unknown>>, message: string, count = 1): void {
    this.#logger.info({ ...facts, repair }, message);
    this.#metrics.repaired(repair, count);
  }
}
