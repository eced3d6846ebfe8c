const MS_PER_DAY = 86_400_000;
const MICROSECONDS_PER_DAY = 86_400_000_000;
/** Excel counts days from here; it takes 1900 for a leap year, so its count is right from March 1900 on. */
const EPOCH = Date.UTC(1899, 11, 30);
const FIRST_DAY = 61;

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:[+-]\d\d(?::\d\d){0,2})?$/;

/** Excel's number of a day; undefined for what Excel has none for: before March 1900, `infinity`, BC, after 9999. */
export function excelDay(text: string): number | undefined {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (year === undefined) return undefined;
  const days = (Date.UTC(Number(year), Number(month) - 1, Number(day)) - EPOCH) / MS_PER_DAY;
  // JavaScript takes the years 0 to 99 for those of the twentieth century.
  return Number(year) > 99 && days >= FIRST_DAY ? days : undefined;
}

/**
 * Excel's number of a moment, by the clock that the text shows: Excel knows no time zones. Undefined where there is none,
 * and where its double would not hold the microseconds.
 */
export function excelTime(text: string): number | undefined {
  const [, date = '', hours, minutes, seconds, fraction = ''] = TIME.exec(text) ?? [];
  const day = excelDay(date);
  if (day === undefined) return undefined;
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const microseconds = whole * 1_000_000 + Number(fraction.padEnd(6, '0'));
  const number = day + microseconds / MICROSECONDS_PER_DAY;
  const back = Math.round((number - day) * MICROSECONDS_PER_DAY);
  // After 2079 there may be one number for a whole second and the microsecond after it: the second has it.
  const second = day + (whole * 1_000_000) / MICROSECONDS_PER_DAY;
  return fraction === '' || (back === microseconds && number !== second) ? number : undefined;
}
