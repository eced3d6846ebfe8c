import { DatabaseError } from 'pg';
import { AppError, messageOf } from '../errors.ts';

/** SQLSTATE classes and codes (PostgreSQL, Appendix A) after which the same query may well succeed. */
const RETRYABLE = [
  /^08/, // connection exception
  /^(28|3D)/, // password, right or database: an operator can mend it while exports wait
  /^40/, // deadlock, also what CONFLICT is
  /^53/, // out of connections, memory or disk
  /^55P03$/, // lock not available
  /^57P0[1-5]$/, // admin shutdown, crash, cannot connect now, idle session timeout
  /^58/, // system error
];

const SOURCE = 'source database';
/** Serialization failure. A transaction that only reads one snapshot has it where a standby’s recovery is in its way. */
const CONFLICT = '40001';

/**
 * What a person is told when the database fails. SQL, hosts and values stay in the cause, for the log; a SQLSTATE says
 * enough to the one who asked.
 */
export function databaseError(error: unknown, which = SOURCE): AppError {
  if (error instanceof AppError) return error;
  const state = error instanceof DatabaseError ? error.code : undefined;
  const details = { reason: messageOf(error), ...(state === undefined ? {} : { sqlstate: state }) };
  if (state === CONFLICT && which === SOURCE) {
    const message = `The ${which} is a replica, and ended the query because changes of its primary were waiting for it. Who runs it can set hot_standby_feedback = on there.`;
    return new AppError('source_unavailable', message, { retryable: true, cause: error, details });
  }
  if (state === undefined || RETRYABLE.some((pattern) => pattern.test(state))) {
    const message = `The connection to the ${which} failed or was lost.`;
    return new AppError('source_unavailable', message, { retryable: true, cause: error, details });
  }
  if (state === '57014') {
    const message = `The ${which} ended the query because it took longer than allowed.`;
    return new AppError('source_timeout', message, { retryable: true, cause: error, details });
  }
  const message = `The ${which} refused or could not finish the query (SQLSTATE ${state}).`;
  return new AppError('source_query_failed', message, { cause: error, details });
}
