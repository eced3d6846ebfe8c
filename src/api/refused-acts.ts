import type { AuditEntry, AuditLog } from '../db/audit-log.ts';
import type { Logger } from '../logger.ts';
import { MinuteCounts } from './minute-counts.ts';

/** No tenant is called so. */
const NO_TENANT = '';

export interface RefusedActsOptions {
  auditLog: Pick<AuditLog, 'write'>;
  /** Lines that one tenant gets in a minute, from this process. */
  perMinute: number;
  logger: Logger;
}

/**
 * Writes down what was refused. Nobody waits for it, and a tenant gets so many lines a minute and no more: whoever is
 * refused must not be able to fill the log.
 */
export class RefusedActs {
  readonly #options: RefusedActsOptions;
  readonly #counts = new MinuteCounts();

  constructor(options: RefusedActsOptions) {
    this.#options = options;
  }

  note(entry: AuditEntry): void {
    const { auditLog, perMinute, logger } = this.#options;
    const count = this.#counts.add(entry.tenant ?? NO_TENANT);
    if (count > perMinute) return;
    const last = count === perMinute ? { furtherOnesAreLeftOut: true } : {};
    auditLog.write({ ...entry, details: { ...entry.details, ...last } }).catch((error: unknown) => {
      logger.warn({ err: error, act: entry.act }, 'a refused act could not be written to the audit log');
    });
  }
}
