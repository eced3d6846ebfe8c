import { S3Error } from './errors.ts';

/** An element of a parsed request: the names are local names, the text is the text directly inside. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  readonly tag: string;
  text: string;
  readonly children: XmlElement[];
}

const maximumDepth = 8;
const entities: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);
const nameStart = 'A-Za-z_\\u0080-\\uffff';
const tagName = `[${nameStart}][-.:0-9${nameStart}]*`;
const attribute = `\\s+${tagName}\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`;
// One token at the current place. Comments and CDATA are ended by the first `-->` and `]]>`.
const token = new RegExp(
  `<(${tagName})((?:${attribute})*)\\s*(/?)>|</(${tagName})\\s*>|<!--([\\s\\S]*?)-->|<!\\[CDATA\\[([\\s\\S]*?)\\]\\]>|([^<]+)`,
  'y',
);

/**
 * Reads the XML of a request (`Delete`, `CompleteMultipartUpload`, `CreateBucketConfiguration`). It knows elements,
 * text, comments, CDATA and the five entities. A document type is refused, so there is nothing to expand; attributes
 * are checked and dropped, since these documents have none but name spaces.
 * @throws S3Error `MalformedXML`
 */
export function readXml(document: string): XmlElement {
  const source = document.replace(/^\ufeff/, '').replace(/^\s*<\?xml\s[^>]*\?>/, '');
  const holder: OpenElement = { name: '', tag: '', text: '', children: [] };
  const open = [holder];
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    if (match === null) throw malformed();
    const [, opened, , selfClosed, closed, , cdata, text] = match;
    const current = open.at(-1);
    if (current === undefined) throw malformed();
    if (opened !== undefined) {
      const element = { name: localName(opened), tag: opened, text: '', children: [] };
      current.children.push(element);
      if (selfClosed === '') open.push(element);
      if (open.length > maximumDepth) throw malformed();
    } else if (closed !== undefined) {
      if (open.length < 2 || current.tag !== closed) throw malformed();
      open.pop();
    } else {
      current.text += cdata ?? (text === undefined ? '' : unescapeXml(text));
    }
  }
  const [root] = holder.children;
  if (open.length !== 1 || root === undefined || holder.children.length !== 1) throw malformed();
  if (holder.text.trim() !== '') throw malformed();
  return root;
}

/** The text of the only child of that name; `undefined` when there is none. */
export function childText(element: XmlElement, name: string): string | undefined {
  const found = element.children.filter((child) => child.name === name);
  if (found.length > 1) throw malformed();
  return found[0]?.text;
}

/** The answer to a document that is not well-formed or not what the operation asks for. */
export function malformed(): S3Error {
  return new S3Error(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema.',
  );
}

function localName(tag: string): string {
  return tag.slice(tag.indexOf(':') + 1);
}

function unescapeXml(text: string): string {
  const normalised = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  if (!normalised.includes('&')) return normalised;
  return normalised.replace(/&([^;&]{0,12})(;?)/g, (_, reference: string, end: string) => {
    if (end !== ';') throw malformed();
    const number = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(reference);
    if (number === null) return entities.get(reference) ?? refuse();
    const code = number[1] === undefined ? Number(number[2]) : parseInt(number[1], 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return refuse();
    return String.fromCodePoint(code);
  });
}

function refuse(): never {
  throw malformed();
}
