import { strings } from './strings.ts';
import type { Word } from './strings.ts';

/** Of the texts, so that numbers and dates fit them. */
const LANGUAGE = 'en-GB';
const SECOND = 1000;
const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

const dateFormat = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'short' });
const hourFormat = new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit' });
const relativeFormat = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: 'auto' });
const compactFormat = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const numberFormat = new Intl.NumberFormat(LANGUAGE);

/** A text, with what it names filled in. */
export function say(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  const [one = '', many = one] = strings[word].split('|');
  return (values['n'] === 1 ? one : many).replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = values[key] ?? '';
    return typeof value === 'number' ? count(value) : value;
  });
}

/** The text of this name, or the name itself where there is none: the API may have learned a new one. */
export function sayOr(word: string, other = word): string {
  return Object.hasOwn(strings, word) ? say(word as Word) : other;
}

export function count(value: number): string {
  return numberFormat.format(value);
}

/** Of a million on to three digits: `43.1M`. */
export function shortCount(value: number): string {
  return value < 1e6 ? count(value) : compactFormat.format(value);
}

export function bytes(value: number): string {
  let amount = value;
  let power = 0;
  for (; amount >= 1000 && power < 4; power++) amount /= 1000;
  const digits = { maximumFractionDigits: power === 0 || amount >= 100 ? 0 : 1 };
  return `${new Intl.NumberFormat(LANGUAGE, digits).format(amount)} ${['B', 'kB', 'MB', 'GB', 'TB'][power] ?? ''}`;
}

/** As long as it takes to be understood: `2 minutes`. */
export function duration(seconds: number): string {
  const [unit, size] = units.find(([, size]) => seconds >= size * 1.5) ?? units[5];
  const options = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat(LANGUAGE, options).format(Math.max(0, Math.round(seconds / size)));
}

export function date(iso: string): string {
  return dateFormat.format(new Date(iso));
}

export function hour(iso: string): string {
  return hourFormat.format(new Date(iso));
}

/** `3 minutes ago`, `in 6 days`. */
export function relative(iso: string): string {
  const seconds = (Date.parse(iso) - Date.now()) / SECOND;
  if (Math.abs(seconds) < 10) return say('now');
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units[5];
  return relativeFormat.format(Math.trunc(seconds / size), unit);
}
