/** What Office Open XML writes for what XML cannot hold, such as `_x000D_`, and `_x005F_` before what only looks like it. */
const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;

export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Digits that a double is sure to keep. */
const EXACT_DIGITS = 15;
/** No double needs as many; exports write none that is longer (`src/export/formats/xlsx/cell.ts`). */
const MAX_NUMBER_CHARACTERS = 1000;

/**
 * The digits of a number as they stand there. Excel writes 17 of them, also of 0.1; where fewer mean the same double,
 * those are what was typed.
 */
export function numberText(written: string): string {
  const digits = significant(written);
  if (digits <= EXACT_DIGITS) return written;
  const shortest = String(Number(written));
  return significant(shortest) < digits ? shortest : written;
}

/** Why a number is not even looked at; undefined for one that may be read. */
export function wrongNumber(written: string): string | undefined {
  if (written.length <= MAX_NUMBER_CHARACTERS) return undefined;
  return `has a number of more than ${MAX_NUMBER_CHARACTERS} characters`;
}

function significant(number: string): number {
  const [mantissa = ''] = number.split(/[eE]/);
  const digits = mantissa.replace(/^-?0*\.?0*|\./g, '');
  // Not by `/0+$/`, which begins anew at each zero.
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return end;
}
