/**
 * What a spreadsheet may take for the beginning of a formula, in ASCII and in the full-width forms that some versions
 * read as it; and the apostrophe, so that the guard can be undone.
 */
const BEGINS_FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
const NEEDS_GUARD = /^['=+\-@\t\r\n＝＋－＠]/;

/** Whether a spreadsheet might run this text. */
export function isFormulaLike(value: string): boolean {
  return BEGINS_FORMULA.test(value);
}

/**
 * The text with an apostrophe before it, where it begins like a formula or with an apostrophe. To undo it, take one
 * apostrophe away from every value that begins with one.
 */
export function guarded(value: string): string {
  return NEEDS_GUARD.test(value) ? `'${value}` : value;
}
