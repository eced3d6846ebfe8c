/**
 * Reads CSV as RFC 4180 has it and nothing else: comma, LF after every line, quotes doubled inside quotes. Written for
 * the tests, since readers in libraries forgive, and trim.
 */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (at >= text.length) throw new Error('a quote is not closed');
        if (text[at] === '"') at++;
        field += text[at] ?? '';
      }
      at++;
    } else {
      for (; at < text.length && text[at] !== ',' && text[at] !== '\n'; at++) {
        if (text[at] === '"' || text[at] === '\r')
          throw new Error(`a bare ${JSON.stringify(text[at])} at ${at}`);
        field += text[at] ?? '';
      }
    }
    row.push(field);
    if (text[at] === '\n') {
      rows.push(row);
      row = [];
    } else if (text[at] !== ',') {
      throw new Error(`neither a comma nor a line end at ${at}`);
    }
    at++;
  }
  if (row.length > 0) throw new Error('the last line does not end');
  return rows;
}
