const HOUR_MS = 3_600_000;
const spans = [
  ['day', 24 * HOUR_MS],
  ['hour', HOUR_MS],
  ['minute', HOUR_MS / 60],
] as const;
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

const countFormat = new Intl.NumberFormat('en');
const sizeFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const timeFormat = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'full',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** `200,000` */
export function count(value: number): string {
  return countFormat.format(value);
}

/** `16.3 MB`, in powers of 1000. */
export function size(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${sizeFormat.format(bytes / 1000 ** power)} ${UNITS[power] ?? ''}`;
}

/** `Tuesday, 1 December 2026 at 11:25 UTC`: readers may be anywhere. */
export function moment(date: Date): string {
  return `${timeFormat.format(date)} UTC`;
}

/** `7 days`, `23 hours`: rounded down, so that nobody comes too late, in days from two of them on. */
export function span(milliseconds: number): string {
  const [unit, length] = spans.find(([, length]) => milliseconds >= 2 * length) ?? spans[2];
  const value = Math.max(1, Math.floor(milliseconds / length));
  return `${value} ${unit}${value === 1 ? '' : 's'}`;
}
