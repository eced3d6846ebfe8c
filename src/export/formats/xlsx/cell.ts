import type { ColumnType } from '../../column.ts';
import { JSON_NUMBER } from '../field-text.ts';
import { isFormulaLike } from '../formula-guard.ts';
import { withoutTrailingZeros } from '../trailing-zeros.ts';
import { excelDay, excelTime } from './excel-time.ts';
import { STYLES } from './styles.ts';
import { xmlText } from './xml-text.ts';

/** Characters that Excel takes in a cell; the rest of a longer text goes on in cells behind the last column. */
export const MAX_CELL_CHARACTERS = 32_767;
/** Excel keeps as many of a number; an integer that has more is an id, or would be rounded. */
const EXACT_DIGITS = 15;
/** More are text, as `src/read/xlsx` takes no longer number: it is zeros for the most part, which nobody means. */
const MAX_NUMBER_CHARACTERS = 1000;
/** Smallest number that Excel knows, but for 0. */
const SMALLEST = 2.2250738585072014e-308;

/** What stands inside of the sheet for a value: `ref` is the place of the cell, such as `B7`. */
export function cell(ref: string, type: ColumnType, value: string): string {
  if (type === 'integer' || type === 'number') {
    if (isExactNumber(value)) return `<c r="${ref}"><v>${value}</v></c>`;
  } else if (type === 'boolean') {
    if (value === 't' || value === 'f') return `<c r="${ref}" t="b"><v>${value === 't' ? 1 : 0}</v></c>`;
  } else if (type === 'date') {
    const day = excelDay(value);
    if (day !== undefined) return `<c r="${ref}" s="${STYLES.date}"><v>${day}</v></c>`;
  } else if (type === 'timestamp') {
    const time = excelTime(value);
    if (time !== undefined) return `<c r="${ref}" s="${STYLES.time}"><v>${time}</v></c>`;
  }
  return textCell(ref, value);
}

/** Text that begins like a formula gets the style by which Excel keeps it text, even after it was edited. */
export function textCell(
  ref: string,
  value: string,
  style = isFormulaLike(value) ? STYLES.quoted : 0,
): string {
  return `<c r="${ref}"${style === 0 ? '' : ` s="${style}"`} t="inlineStr"><is>${xmlText(value)}</is></c>`;
}

/** Whether Excel, which counts in doubles, shows and keeps this number as it is. */
function isExactNumber(text: string): boolean {
  if (text.length > MAX_NUMBER_CHARACTERS || !JSON_NUMBER.test(text)) return false;
  const [mantissa = '', exponent] = text.split(/[eE]/);
  const digits = mantissa.replace(/^-?0*\.?0*|\./g, '');
  if (digits === '' && exponent === undefined) return !text.startsWith('-');
  const number = Number(text);
  if (!Number.isFinite(number) || Math.abs(number) < SMALLEST) return false;
  if (digits.length <= EXACT_DIGITS) return true;
  // A float in PostgreSQL's shortest form comes back whole; a longer numeric, and a long integer, would not.
  return mantissa.includes('.') && canonical(String(number)) === canonical(text);
}

/** Sign, significant digits and power of ten. */
function canonical(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const trimmed = withoutTrailingZeros(digits);
  return `${sign}${trimmed}e${Number(exponent) - fraction.length + (digits.length - trimmed.length)}`;
}
