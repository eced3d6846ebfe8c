import { withoutTrailingZeros } from '../trailing-zeros.ts';

const MICROSECONDS_PER_DAY = 86_400_000_000n;
const MS_PER_DAY = 86_400_000;

const INTEGER = /^-?\d+$/;
const NUMERIC = /^(-?)(\d+)(?:\.(\d*))?$/;
const DAY = /^(\d{4,})-(\d\d)-(\d\d)( BC)?$/;
const MOMENT =
  /^(\d{4,}-\d\d-\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?)?( BC)?$/;

/*
 * From PostgreSQL's text to what Parquet holds; undefined where Parquet holds no such value, NaN as a decimal or
 * `infinity` as a day.
 */

export function text(value: string): string {
  return value;
}

export function boolean(value: string): boolean | undefined {
  return value === 't' ? true : value === 'f' ? false : undefined;
}

export function int4(value: string): number | undefined {
  return INTEGER.test(value) ? Number(value) : undefined;
}

export function int8(value: string): bigint | undefined {
  if (!INTEGER.test(value)) return undefined;
  const number = BigInt(value);
  return BigInt.asIntN(64, number) === number ? number : undefined;
}

/** PostgreSQL spells `NaN`, `Infinity` and `-Infinity` as JavaScript does. */
export function real(value: string): number | undefined {
  const number = Number(value);
  return value === '' || (Number.isNaN(number) && value !== 'NaN') ? undefined : number;
}

export function bytes(value: string): Buffer | undefined {
  return value.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex') : undefined;
}

export function uuid(value: string): Buffer | undefined {
  const hex = value.replaceAll('-', '');
  return /^[0-9a-f]{32}$/.test(hex) ? Buffer.from(hex, 'hex') : undefined;
}

/** The text as it is: parsed and printed again, numbers would lose digits. */
export function json(value: string): Buffer {
  return Buffer.from(value);
}

/** The value without its point, as many digits as there may be. Zeros at the end are none. */
export function decimal({
  precision,
  scale,
}: {
  precision: number;
  scale: number;
}): (value: string) => bigint | undefined {
  const limit = 10n ** BigInt(precision);
  return (value) => {
    const [, sign, whole = '', fraction = ''] = NUMERIC.exec(value) ?? [];
    if (sign === undefined) return undefined;
    const kept = fraction.length > scale ? withoutTrailingZeros(fraction) : fraction;
    if (kept.length > scale) return undefined;
    const digits = BigInt(whole + kept.padEnd(scale, '0'));
    return digits < limit ? (sign === '' ? digits : -digits) : undefined;
  };
}

/** Days since 1970. */
export function day(value: string): number | undefined {
  const [, year, month, dayOfMonth, bc] = DAY.exec(value) ?? [];
  if (year === undefined) return undefined;
  // Date.UTC takes years below 100 for those of the last century.
  const date = new Date(0);
  date.setUTCFullYear(
    bc === undefined ? Number(year) : 1 - Number(year),
    Number(month) - 1,
    Number(dayOfMonth),
  );
  const days = date.getTime() / MS_PER_DAY;
  return Number.isNaN(days) ? undefined : days;
}

/** Microseconds since 1970, of a moment in UTC or, without a zone, by the clock. */
export function moment(value: string): bigint | undefined {
  const [, date = '', hours, minutes, seconds, fraction = '', sign, ...zone] = MOMENT.exec(value) ?? [];
  const [zoneHours = 0, zoneMinutes = 0, zoneSeconds = 0] = zone
    .slice(0, 3)
    .map((part: string | undefined) => Number(part ?? 0));
  const days = day(date + (zone[3] ?? ''));
  if (days === undefined) return undefined;
  const ahead = (zoneHours * 3600 + zoneMinutes * 60 + zoneSeconds) * (sign === '-' ? -1 : 1);
  const clock = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) - ahead;
  const inDay = clock * 1_000_000 + Number(fraction.padEnd(6, '0'));
  const all = BigInt(days) * MICROSECONDS_PER_DAY + BigInt(inDay);
  return BigInt.asIntN(64, all) === all ? all : undefined;
}
