/** What Office Open XML writes for what XML cannot hold, such as `_x000D_`, and `_x005F_` before what only looks like it. */
const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;

export function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(ESCAPED, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Digits that a double is sure to keep. */
const EXACT_DIGITS = 15;

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

function significant(number: string): number {
  const [mantissa = ''] = number.split(/[eE]/);
  return mantissa.replace(/^-?0*\.?0*|\./g, '').replace(/0+$/, '').length;
}
