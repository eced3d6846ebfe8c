import type { Column } from '../column.ts';
import type { FormatSettings } from './format.ts';
import { guarded, guardedNumber, guardedText } from './formula-guard.ts';

/** RFC 8259's grammar of a number; PostgreSQL's `NaN` and `Infinity` are not in it. */
export const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A day with four digits for the year; others, and `infinity`, are left as they are. */
const DAY = /^(\d{4})-(\d\d)-(\d\d)(?!.* BC$)/;

type Change = (value: string) => string;

/** How the values of a column become the text of a field, by what was asked for; undefined where they stay as they are. */
export function fieldText({ type }: Column, settings: FormatSettings): Change | undefined {
  const { dateFormat, decimalSeparator, formulaGuard } = settings;
  const number = type === 'number' || type === 'integer';
  const changes: Change[] = [];
  if ((type === 'date' || type === 'timestamp') && dateFormat !== 'iso') {
    const day = dateFormat.replace('dd', '$3').replace('mm', '$2').replace('yyyy', '$1');
    changes.push((value) => value.replace(DAY, day));
  }
  if (formulaGuard) {
    if (number) changes.push((value) => (JSON_NUMBER.test(value) ? guardedNumber(value) : guarded(value)));
    else changes.push(type === 'text' ? guardedText : guarded);
  }
  if (number && decimalSeparator === 'comma') {
    changes.push((value) => (JSON_NUMBER.test(value) ? value.replace('.', ',') : value));
  }
  return changes.length === 0 ? undefined : (value) => changes.reduce((text, change) => change(text), value);
}

/** What stands in the header for a column. */
export function headerOf({ name, label }: Column, { headers }: Pick<FormatSettings, 'headers'>): string {
  return headers === 'labels' ? (label ?? name) : name;
}
