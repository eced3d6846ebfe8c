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

/** Those whose words are known to quote no row. Any other may: functions raise what they like, under codes of their own. */
const QUOTES_NOTHING = [
  /^08/, // connection exception
  /^25/, // state of the transaction: no write in one that only reads
  /^(28|3D)/, // password, right or database
  /^40/, // deadlock, conflict
  /^42501$/, // insufficient privilege
  /^53/, // out of connections, memory or disk
  /^55/, // not in the state for it: a lock not available, a materialized view without rows
  /^57/, // operator intervention
  /^58(?!P01)/, // system error; P01 names a file, and a row may have named it
];
/** Syntax, names, what PostgreSQL does not do. Where they point into the query they quote that; otherwise perhaps a row. */
const QUOTES_THE_QUERY = /^(0A|3F|42)/;

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
 * What the log may have of a failure: all of it where PostgreSQL's words quote no row. Otherwise it is told where to look,
 * in PostgreSQL (`routine`) and in the query (`position`), and the error stays out: its stack begins with those words.
 */
export function forLog(error: unknown): Pick<AppErrorOptions, 'cause' | 'details'> {
  if (!(error instanceof DatabaseError)) return { cause: error, details: { reason: messageOf(error) } };
  const { code: sqlstate, routine, position, message: reason } = error;
  return quotesNoRow(error)
    ? { cause: error, details: { reason, sqlstate } }
    : { details: { sqlstate, routine, position } };
}

function quotesNoRow({ code = '', position, where }: DatabaseError): boolean {
  // Within a function, whatever the code: it may have been raised, or come of SQL that was made from a row.
  if (where !== undefined) return false;
  if (QUOTES_NOTHING.some((pattern) => pattern.test(code))) return true;
  return position !== undefined && QUOTES_THE_QUERY.test(code);
}
