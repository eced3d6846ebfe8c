import { AppError } from '../errors.ts';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const MAX_SECONDS = 3650 * 86_400;

/** Seconds in `90d`, `12h`, `30m` or `45s`. @throws AppError `bad_option` that names the option */
export function parseDuration(option: string, text: string): number {
  const [, digits, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNIT_SECONDS[unit] ?? NaN);
  if (seconds >= 1 && seconds <= MAX_SECONDS) return seconds;
  throw new AppError(
    'bad_option',
    `${option} "${text}": write it as 90d, 12h, 30m or 45s; ten years at most.`,
  );
}
