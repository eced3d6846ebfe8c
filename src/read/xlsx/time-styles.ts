import { badFile } from '../bad-file.ts';
import type { TimeStyle } from './excel-day.ts';
import type { XmlHandler } from './xml-reader.ts';

const DAY: TimeStyle = { day: true, clock: false };
const CLOCK: TimeStyle = { day: false, clock: true };
/** Formats that have a number and no code (ECMA-376, 18.8.30), those of East Asian languages among them. */
const builtIn: readonly [from: number, to: number, TimeStyle][] = [
  [14, 17, DAY],
  [18, 21, CLOCK],
  [22, 22, { day: true, clock: true }],
  [27, 31, DAY],
  [32, 35, CLOCK],
  [36, 36, DAY],
  [45, 47, CLOCK],
  [50, 54, DAY],
  [55, 56, CLOCK],
  [57, 58, DAY],
];

/** Excel takes no more of either, and no longer code. */
const MAX_STYLES = 65_536;
const MAX_CODE_CHARACTERS = 255;

/**
 * Of a format's code what is letters for people: quoted, escaped, padding, colours and conditions. No bracket is looked
 * for beyond the next one that opens, so that many of them take no time.
 */
const NOT_CODE = /"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^[\]]*\]/gi;

/** Reads `xl/styles.xml` into which style shows a number as a day or time; by the number that cells name it with. */
export function timeStylesReader(styles: Map<number, TimeStyle>): XmlHandler {
  const codes = new Map<number, string>();
  let inCells = false;
  let style = 0;
  return {
    open(name, attributes) {
      if (name === 'numFmt' && codes.size <= MAX_STYLES) {
        const code = attributes['formatCode'] ?? '';
        if (code.length > MAX_CODE_CHARACTERS) {
          throw badFile(`it has a style of more than ${MAX_CODE_CHARACTERS} characters`);
        }
        codes.set(Number(attributes['numFmtId']), code);
      } else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        const format = Number(attributes['numFmtId'] ?? 0);
        const found = codes.has(format) ? styleOf(codes.get(format) ?? '') : builtInStyle(format);
        if (found !== undefined) styles.set(style, found);
        style++;
        if (style > MAX_STYLES || codes.size > MAX_STYLES) throw badFile('it has too many styles');
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  };
}

function builtInStyle(format: number): TimeStyle | undefined {
  return builtIn.find(([from, to]) => format >= from && format <= to)?.[2];
}

function styleOf(code: string): TimeStyle | undefined {
  const letters = code.replaceAll(NOT_CODE, '');
  if (/general/i.test(letters)) return undefined;
  const clock = /[hs]/i.test(letters);
  // An m beside hours or seconds is minutes.
  const day = /[dy]/i.test(letters) || (!clock && /m/i.test(letters));
  return day || clock ? { day, clock } : undefined;
}
