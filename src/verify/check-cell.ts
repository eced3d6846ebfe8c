import type { Manifest } from '../manifest/manifest.ts';

type FileColumn = Pick<Manifest['columns'][number], 'name' | 'type' | 'masked'>;

/** PostgreSQL's text form of each type that has a form (docs/datasets.md), or JSON's; BC and infinity are values too. */
const forms: Readonly<Record<string, RegExp>> = {
  integer: /^-?\d+$/,
  number: /^(-?\d+(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity)$/,
  boolean: /^(t|f|true|false)$/,
  date: /^(\d{4,}-\d\d-\d\d( BC)?|-?infinity)$/,
  timestamp: /^(\d{4,}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?([+-]\d\d(:\d\d){0,2})?( BC)?|-?infinity)$/,
};
const LONGEST_SHOWN = 60;

/**
 * Says what is wrong with a value, or nothing. NULL (null) fits every column, and so does anything in one that is masked:
 * what stands there has a type of its own.
 */
export function wrongWith({ name, type, masked }: FileColumn, value: string | null): string | undefined {
  const form = forms[type];
  if (value === null || masked || form === undefined || form.test(value)) return undefined;
  const shown = value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value;
  return `column "${name}" has ${JSON.stringify(shown)}, which is no ${type}`;
}
