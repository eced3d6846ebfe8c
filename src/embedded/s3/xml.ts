/** A child element: its name and its content; `undefined` leaves it out. */
export type XmlChild = readonly [name: string, content: XmlContent | undefined];
/** Text, or children in order. */
export type XmlContent = string | number | boolean | readonly XmlChild[];

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/**
 * An XML document as S3 writes it. Error documents carry no namespace, all others do ("Error responses" and the
 * response syntax of each operation in the Amazon S3 API reference).
 */
export function xmlDocument(root: string, content: XmlContent, options = { namespaced: true }): string {
  const attribute = options.namespaced ? ` xmlns="${namespace}"` : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${inner(content)}</${root}>`;
}

function inner(content: XmlContent): string {
  if (typeof content !== 'object') return escapeXml(String(content));
  return content
    .map(([name, child]) => (child === undefined ? '' : `<${name}>${inner(child)}</${name}>`))
    .join('');
}

// Control characters are escaped although XML 1.0 forbids even that: S3 does the same, and `encoding-type=url` is its
// way out. A carriage return must be escaped, or a parser turns it into a line feed and names another key.
function escapeXml(text: string): string {
  return text.replace(/[<>&"'\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g, (character) => {
    return named[character] ?? `&#x${character.charCodeAt(0).toString(16)};`;
  });
}

const named: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Percent-encodes for `encoding-type=url`: every byte of UTF-8 but `A-Z a-z 0-9 - . _ ~ /`. */
export function encodeForListing(text: string): string {
  return uriEncode(text).replaceAll('%2F', '/');
}

/** `UriEncode()` of "Create a signed AWS API request": every byte but the unreserved characters of RFC 3986. */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
