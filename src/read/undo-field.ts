import type { ColumnType } from '../export/column.ts';
import type { FormatSettings } from '../export/formats/format.ts';

/** A formula that gives a text, which stands for the text. */
const TEXT_FORMULA = /^="([^"]*)"$/;
const DECIMAL_COMMA = /^-?\d+,\d+(?:[eE][+-]?\d+)?$/;
const days: Readonly<Record<Exclude<FormatSettings['dateFormat'], 'iso'>, [RegExp, string]>> = {
  'dd.mm.yyyy': [/^(\d\d)\.(\d\d)\.(\d{4})/, '$3-$2-$1'],
  'dd/mm/yyyy': [/^(\d\d)\/(\d\d)\/(\d{4})/, '$3-$2-$1'],
  'mm/dd/yyyy': [/^(\d\d)\/(\d\d)\/(\d{4})/, '$3-$1-$2'],
};

/** What takes back the ways of writing that an export was asked for; undefined where nothing is to be taken back. */
export function undoOf(
  type: ColumnType | undefined,
  { dateFormat, decimalSeparator, formulaGuard }: FormatSettings,
): ((value: string) => string) | undefined {
  if (type === undefined) return undefined;
  const steps: ((value: string) => string)[] = [];
  if ((type === 'number' || type === 'integer') && decimalSeparator === 'comma') {
    steps.push((value) => (DECIMAL_COMMA.test(value) ? value.replace(',', '.') : value));
  }
  // Of a file from before there were formulas too: in it no value begins with an equals sign.
  if (formulaGuard) {
    steps.push((value) =>
      value.startsWith("'") ? value.slice(1) : (TEXT_FORMULA.exec(value)?.[1] ?? value),
    );
  }
  if ((type === 'date' || type === 'timestamp') && dateFormat !== 'iso') {
    const [written, iso] = days[dateFormat];
    steps.push((value) => value.replace(written, iso));
  }
  return steps.length === 0 ? undefined : (value) => steps.reduce((text, step) => step(text), value);
}
