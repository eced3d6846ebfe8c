import { codeOf, messageOf } from '../errors.ts';

/**
 * SQLSTATEs of a server that is away or full (classes 08, 53, 57P), of a query or a lock that took too long (57014,
 * 55P03), and Node's names for a connection that failed.
 */
const AWAY = /^(08...|53...|57P..|57014|55P03|E[A-Z_]+)$/;
/** pg has no code for these. */
const AWAY_MESSAGE =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error|Query read timeout|not queryable/;

/** True when an error of pg means that the database cannot be reached, rather than that a query is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  return AWAY.test(codeOf(error) ?? '') || AWAY_MESSAGE.test(messageOf(error));
}
