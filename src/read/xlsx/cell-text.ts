import { excelText } from './excel-day.ts';
import { numberText, unescaped, wrongNumber } from './text-of-cell.ts';
import type { Workbook } from './workbook.ts';

/** A cell as its sheet has it. */
export interface WrittenCell {
  type: string;
  style: number;
  /** What stands in `<v>`. */
  value: string;
  /** What stands in `<is>`. */
  text: string;
}

/**
 * What a cell holds, as text in the form that PostgreSQL would write; of a formula its result. Undefined for one that is
 * empty, such as one that has a colour alone.
 */
export function cellText(
  { type, style, value, text }: WrittenCell,
  { texts, timeStyles, from1904 }: Pick<Workbook, 'texts' | 'timeStyles' | 'from1904'>,
): { text: string } | { wrong: string } | undefined {
  if (type === 'inlineStr') return { text: unescaped(text) };
  if (type === 'str') return { text: unescaped(value) };
  if (value === '') return undefined;
  switch (type) {
    case 's': {
      const shared = texts.get(Number(value));
      return shared === undefined ? { wrong: 'names a text that is not there' } : { text: shared };
    }
    case 'b':
      return { text: value === '1' ? 'true' : 'false' };
    case 'd':
      return { text: value };
    case 'e':
      return { wrong: `has the error ${value.slice(0, 20)}` };
    default: {
      const wrong = wrongNumber(value);
      if (wrong !== undefined) return { wrong };
      const time = timeStyles.get(style);
      if (time === undefined) return { text: numberText(value) };
      const shown = excelText(Number(value), time, from1904);
      return shown === undefined ? { text: numberText(value) } : { text: shown };
    }
  }
}
