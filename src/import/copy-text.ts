import type { ImportValues } from './row-reader.ts';

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A row in the text format of COPY. */
export function copyLine(row: number, values: ImportValues): string {
  let line = String(row);
  for (const value of values) line += `\t${value === null ? '\\N' : escaped(value)}`;
  return `${line}\n`;
}

function escaped(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? character);
}
