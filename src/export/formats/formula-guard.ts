/**
 * What a spreadsheet may take for the beginning of a formula, in ASCII and in the full-width forms that some versions
 * read as it; and the apostrophe, so that the guard can be undone.
 */
const BEGINS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NEEDS_GUARD = /^['=+\-@\t\r\n＝＋－＠]/;

const SIGNS = String.raw`[\p{Nd}\p{P}\p{Sc}\p{Zs}+−]*`;
/** Of numbers and times; of the months in English and German, which other languages share in part. */
const WORDS = [
  ...['e', 't', 'z', '[ap]m?', 'jan(?:uary?)?', 'feb(?:ruary?)?', 'mar(?:ch)?', 'märz?', 'mrz', 'apr(?:il)?'],
  ...['ma[iy]', 'jun[ei]?', 'jul[iy]?', 'aug(?:ust)?', 'sept?(?:ember)?', 'o[ck]t(?:ober)?', 'nov(?:ember)?'],
  'de[cz](?:ember)?',
].join('|');
/**
 * Text that a spreadsheet takes for a number, an amount, a fraction, a day, a time or a truth value: it has a digit, and
 * nothing but digits, punctuation, signs of currencies, spaces, and up to three of the words that stand in those. Some of
 * it is none of that, which does no harm. Without quotes, so that it can stand between them.
 */
const READ_AS_OTHER = new RegExp(
  String.raw`^(?:true|false|wahr|falsch|(?=\P{Nd}*\p{Nd})(?!.*")${SIGNS}(?:(?:${WORDS})${SIGNS}){0,3})$`,
  'iu',
);

/** Spreadsheets keep 15 digits of a number. */
const LONG_INTEGER = /^-?\d{16,}$/;

/** Characters that Excel takes in a text of a formula. */
const MAX_FORMULA_TEXT = 255;

/** Whether a spreadsheet might run this text. */
export function isFormulaLike(value: string): boolean {
  return BEGINS_FORMULA.test(value);
}

/** The text with an apostrophe before it, where it begins like a formula or with an apostrophe. */
export function guarded(value: string): string {
  return NEEDS_GUARD.test(value) ? `'${value}` : value;
}

/**
 * The same for a text that is to stay one: what would be read as something else becomes a formula that gives the text,
 * such as `="007"`.
 */
export function guardedText(value: string): string {
  return READ_AS_OTHER.test(value) ? textFormula(value) : guarded(value);
}

/** The same for a number: an integer that would lose digits stays whole as a text. */
export function guardedNumber(value: string): string {
  return LONG_INTEGER.test(value) ? textFormula(value) : value;
}

function textFormula(value: string): string {
  return value.length > MAX_FORMULA_TEXT ? `'${value}` : `="${value}"`;
}
