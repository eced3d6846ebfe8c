/** How a cell shows its number: as a day, a time of day, or both. */
export interface TimeStyle {
  day: boolean;
  clock: boolean;
}

const MS_PER_DAY = 86_400_000;
const MICROSECONDS = 86_400_000_000;
const EPOCH = Date.UTC(1899, 11, 30);
/** In workbooks that count from 1904, as those of old Macs. */
const DAYS_TO_1904 = 1462;
/** Excel takes 1900 for a leap year: before March of it programs do not agree on a day. */
const FIRST_DAY = 61;
const LAST_DAY = 2_958_465;

/**
 * The day or time that a cell shows for its number, as PostgreSQL writes it; undefined for a number that is none.
 * What an export writes comes back to the microsecond.
 */
export function excelText(number: number, { day, clock }: TimeStyle, from1904: boolean): string | undefined {
  const days = Math.floor(number);
  const place = days + (from1904 ? DAYS_TO_1904 : 0);
  if (!day && number >= 0 && number < 1) return clockText(number, 0);
  if (!(place >= FIRST_DAY && place <= LAST_DAY)) return undefined;
  const shown = clockText(number, days);
  // A rounded one may be the midnight of the next day.
  const next = shown === '24:00:00' ? 1 : 0;
  const text = new Date(EPOCH + (place + next) * MS_PER_DAY).toISOString().slice(0, 10);
  if (!clock && number === days) return text;
  return `${text} ${next === 1 ? '00:00:00' : shown}`;
}

/** Of several times that have this number, the one without a fraction of a second. */
function clockText(number: number, days: number): string {
  const exact = Math.round((number - days) * MICROSECONDS);
  const whole = Math.round(exact / 1_000_000) * 1_000_000;
  const microseconds = days + whole / MICROSECONDS === number ? whole : exact;
  const seconds = Math.floor(microseconds / 1_000_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  const fraction = String(microseconds % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return fraction === '' ? clock : `${clock}.${fraction}`;
}
