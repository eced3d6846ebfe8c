const MAX_SHOWN = 40;
const MAX_LISTED = 10;

/** What a file has, in quotes: no message repeats a page of it. What is cut is not cut through a character. */
export function shown(value: string): string {
  return `“${cut(value)}”`;
}

/** The first of them, and how many more there are. */
export function listed(values: readonly string[]): string {
  const more = values.length - MAX_LISTED;
  const first = values.slice(0, MAX_LISTED).map(shown).join(', ');
  return more > 0 ? `${first} and ${more} more` : first;
}

/** The beginning of a long text. */
export function cut(value: string): string {
  if (value.length <= MAX_SHOWN) return value;
  return `${value.slice(0, MAX_SHOWN).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
