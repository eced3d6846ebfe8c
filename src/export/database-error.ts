import { DatabaseError } from 'pg';
import { AppError, messageOf } from '../errors.ts';
import type { AppErrorOptions } from '../errors.ts';

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

/**
 * Classes whose messages quote values: data exceptions, constraints, check options of views, and what functions raise.
 */
const QUOTES_VALUES = /^(22|23|44|P0)/;

const SOURCE = 'source database';
/** Serialization failure. A transaction that only reads one snapshot has it where a standby’s recovery is in its way. */
const CONFLICT = '40001';

/**
 * What a person is told when the database fails. SQL and hosts stay in the cause, for the log; a SQLSTATE says enough to
 * the one who asked.
 */
export function databaseError(error: unknown, which = SOURCE): AppError {
  if (error instanceof AppError) return error;
  const state = error instanceof DatabaseError ? error.code : undefined;
  const known = forLog(error);
  if (state === CONFLICT && which === SOURCE) {
    const message = `The ${which} is a replica, and ended the query because changes of its primary were waiting for it. Who runs it can set hot_standby_feedback = on there.`;
    return new AppError('source_unavailable', message, { retryable: true, ...known });
  }
  if (state === undefined || RETRYABLE.some((pattern) => pattern.test(state))) {
    const message = `The connection to the ${which} failed or was lost.`;
    return new AppError('source_unavailable', message, { retryable: true, ...known });
  }
  if (state === '57014') {
    const message = `The ${which} ended the query because it took longer than allowed.`;
    return new AppError('source_timeout', message, { retryable: true, ...known });
  }
  const message = `The ${which} refused or could not finish the query (SQLSTATE ${state}).`;
  return new AppError('source_query_failed', message, known);
}

/**
 * What the log may have of a failure: all of it, unless PostgreSQL's words may quote a row. Then it is told where to look,
 * in PostgreSQL (`routine`) and in the query (`position`), and the error stays out: its stack begins with those words.
 */
export function forLog(error: unknown): Pick<AppErrorOptions, 'cause' | 'details'> {
  if (!(error instanceof DatabaseError)) return { cause: error, details: { reason: messageOf(error) } };
  const { code: sqlstate, routine, position, message: reason } = error;
  const quotes = sqlstate !== undefined && QUOTES_VALUES.test(sqlstate);
  return quotes
    ? { details: { sqlstate, routine, position } }
    : { cause: error, details: { reason, sqlstate } };
}
