import type { ImportColumn } from '../export/importer.ts';
import { shown } from '../read/shown.ts';

/** Why PostgreSQL, or the column, cannot have this value; undefined where they can. */
export type ValueCheck = (value: string) => string | undefined;

const INTEGER = /^[+-]?\d{1,19}$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;
const ZERO = /^[+-]?[0.]+e/i;
/** As many digits as nobody means. */
const MAX_NUMBER_LENGTH = 1000;
const DATE = /^(\d{4,6})-(\d\d)-(\d\d)$/;
const TIMESTAMP =
  /^(\d{4,6}-\d\d-\d\d)[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-](0\d|1[0-5])(:?[0-5]\d)?)?$/;
const BOOLEAN = /^(t|f|true|false)$/i;
/** The last year that a timestamp reaches. */
const LAST_YEAR = 294_275;
/** Half of a character. */
const LONE_SURROGATE = /\p{Cs}/u;

/** What every value of a column is held against before it is staged, so that staging cannot fail. */
export function checkOf({ type, min, max }: ImportColumn): ValueCheck {
  switch (type) {
    case 'text':
      return (value) => {
        if (value.includes('\0')) return 'holds the character NUL, which PostgreSQL cannot store';
        return LONE_SURROGATE.test(value) ? 'holds half of a character (a lone surrogate)' : undefined;
      };
    case 'integer':
      return (value) => {
        if (!isBigint(value)) return `${shown(value)} is not a whole number`;
        return outOf(value, min, max);
      };
    case 'number':
      return (value) => {
        if (!isNumber(value)) return `${shown(value)} is not a number`;
        return outOf(value, min, max);
      };
    case 'boolean':
      return (value) => (BOOLEAN.test(value) ? undefined : `${shown(value)} is neither true nor false`);
    case 'date':
      return (value) => (isDate(value) ? undefined : `${shown(value)} is not a day as YYYY-MM-DD`);
    case 'timestamp':
      return (value) => {
        const day = TIMESTAMP.exec(value)?.[1];
        return day !== undefined && isDate(day) ? undefined : `${shown(value)} is not a time by ISO 8601`;
      };
  }
}

/** Whether a bigint of PostgreSQL holds it. */
function isBigint(value: string): boolean {
  if (!INTEGER.test(value)) return false;
  if (value.length < 19) return true;
  const number = BigInt(value);
  return BigInt.asIntN(64, number) === number;
}

/** With an exponent it is a double, which the tables have to hold. */
function isNumber(value: string): boolean {
  if (value.length > MAX_NUMBER_LENGTH || !NUMBER.test(value)) return false;
  if (!/e/i.test(value) || ZERO.test(value)) return true;
  const number = Number(value);
  return Number.isFinite(number) && number !== 0;
}

function outOf(value: string, min = -Infinity, max = Infinity): string | undefined {
  const number = Number(value);
  if (number >= min && number <= max) return undefined;
  if (max === Infinity) return `${shown(value)} is less than ${min}`;
  if (min === -Infinity) return `${shown(value)} is more than ${max}`;
  return `${shown(value)} is not between ${min} and ${max}`;
}

function isDate(value: string): boolean {
  const [, year, month, day] = DATE.exec(value) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (y < 1 || y > LAST_YEAR || m < 1 || m > 12 || d < 1) return false;
  const leap = (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1] ?? 0;
  return d <= days;
}
