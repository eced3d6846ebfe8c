import { SaxesParser } from 'saxes';
import { badFile } from '../bad-file.ts';

/** What a reader of one part of a workbook wants to know. Names come without their prefix. */
export interface XmlHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Tags inside of tags; workbooks have some ten. The parser keeps each one that is open. */
const MAX_DEPTH = 64;

/**
 * Reads XML as it comes and calls the handler; yields after each piece, so that whoever reads can take what has come.
 * Saxes knows the five entities of XML and no others; a document type, which could declare more, is refused.
 *
 * @param maxBytes of what may stand between two tags, or in one
 * @throws AppError `bad_import_file`
 */
export async function* readXml(
  source: AsyncIterable<Buffer>,
  handler: XmlHandler,
  maxBytes: number,
): AsyncGenerator<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parser = new SaxesParser({ position: false, xmlns: false });
  let waiting = 0;
  let depth = 0;
  parser.on('doctype', () => {
    throw badFile('its XML has a document type');
  });
  parser.on('opentag', ({ name, attributes }) => {
    waiting = 0;
    depth++;
    if (depth > MAX_DEPTH) throw badFile('its XML is nested too deeply');
    handler.open?.(localName(name), attributes);
  });
  parser.on('text', (text) => handler.text?.(text));
  parser.on('cdata', (text) => handler.text?.(text));
  parser.on('closetag', ({ name }) => {
    waiting = 0;
    depth--;
    handler.close?.(localName(name));
  });
  parser.on('error', () => {
    throw badFile('its XML is damaged');
  });
  const text = (chunk?: Buffer) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw badFile('its XML is not UTF-8');
    }
  };
  for await (const chunk of source) {
    waiting += chunk.length;
    parser.write(text(chunk));
    if (waiting > maxBytes) throw badFile(`a row has more than ${maxBytes} bytes (IMPORT_MAX_ROW_BYTES)`);
    yield;
  }
  parser.write(text());
  parser.close();
  yield;
}

/** Reads all of it, for a part that is small or kept by its handler. */
export async function readWholeXml(
  source: AsyncIterable<Buffer>,
  handler: XmlHandler,
  maxBytes: number,
): Promise<void> {
  for await (const _ of readXml(source, handler, maxBytes));
}

/** The value of an attribute that has a prefix of whatever name, such as `r:id`. */
export function prefixed(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(attributes).find(([key]) => key.endsWith(`:${name}`))?.[1];
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
