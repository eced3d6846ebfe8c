const NEEDS_ESCAPE = /[&<>"\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_/;
const ESCAPES = /[&<>"]|[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** A reader may drop blanks at the ends, and make one of several, unless it is told. */
const NEEDS_SPACE = /^\s|\s$|\s\s|\n|\t/;

/**
 * `<t>` with the text. What XML cannot hold, and the CR that it would make an LF of, is written the way that Office Open XML has
 * for it, `_x000D_`; and what only looks like that gets its underscore written so.
 */
export function xmlText(text: string): string {
  return `<t${NEEDS_SPACE.test(text) ? ' xml:space="preserve"' : ''}>${escapeXml(text)}</t>`;
}

export function escapeXml(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return text.replace(
    ESCAPES,
    (found) => entities[found] ?? `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  );
}
