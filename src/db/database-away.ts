import { codeOf, messageOf } from '../errors.ts';

/** SQLSTATEs of a server that is away or full (classes 08, 53, 57P), and Node's names for a connection that failed. */
const AWAY = /^(08...|53...|57P..|E[A-Z_]+)$/;
/** pg has no code for these. */
const AWAY_MESSAGE =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/;

/** True when an error of pg means that the database cannot be reached, rather than that a query is wrong. */
export function isDatabaseAway(error: unknown): boolean {
  return AWAY.test(codeOf(error) ?? '') || AWAY_MESSAGE.test(messageOf(error));
}
