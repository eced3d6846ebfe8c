import { english, german } from './strings.ts';
import type { Strings } from './strings.ts';

/** Texts, numbers, sizes and times in one language. */
export class Texts {
  readonly #strings: Strings;
  readonly #language: string;

  constructor(language: string, replaced: Partial<Strings>) {
    this.#language = localeOf(language);
    this.#strings = { ...(/^de\b/i.test(language) ? german : english), ...replaced };
  }

  say(name: keyof Strings, values: Readonly<Record<string, string | number>> = {}): string {
    const [one, many = one] = this.#strings[name].split('|') as [string, string?];
    return (values['n'] === 1 ? one : many).replaceAll(/\{(\w+)\}/g, (_, key: string) => {
      const value = values[key] ?? '';
      return typeof value === 'number' ? this.number(value) : value;
    });
  }

  /** The text for a problem of this code, where there is one. */
  problem(code: string, values: Readonly<Record<string, string>>): string {
    return this.say(code in this.#strings ? (code as keyof Strings) : 'problem', values);
  }

  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    return new Intl.NumberFormat(this.#language, options).format(value);
  }

  percent(percent: number): string {
    return this.number(percent / 100, { style: 'percent' });
  }

  bytes(bytes: number): string {
    let value = bytes;
    let power = 0;
    for (; value >= 1000 && power < 4; power++) value /= 1000;
    const unit = `${['', 'kilo', 'mega', 'giga', 'tera'][power] ?? ''}byte`;
    return this.number(value, {
      style: 'unit',
      unit,
      maximumSignificantDigits: 2,
      unitDisplay: power > 0 ? 'short' : 'long',
    });
  }

  duration(seconds: number): string {
    const [unit, size] = seconds < 100 ? ['second', 1] : seconds < 5400 ? ['minute', 60] : ['hour', 3600];
    return this.number(Math.ceil(seconds / size), {
      style: 'unit',
      unit,
      unitDisplay: 'long',
    });
  }

  /** As a guess is told. */
  wait(seconds: number): string {
    return seconds <= 10 ? this.say('fewSeconds') : this.duration(seconds);
  }

  date(iso: string): string {
    const options = { dateStyle: 'medium', timeStyle: 'short' } as const;
    return new Intl.DateTimeFormat(this.#language, options).format(new Date(iso));
  }
}

/** Pages say `en_US` too, or nothing; with that no number could be written. */
function localeOf(language: string): string {
  try {
    return Intl.getCanonicalLocales(language.replace('_', '-'))[0] ?? 'en';
  } catch {
    return 'en';
  }
}
