// Workbooks as other programs write them, and those that mean harm.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileRows } from '../../src/read/read-file.ts';
import type { FileRow } from '../../src/read/file-row.ts';
import type { ReadLimits } from '../../src/read/read-limits.ts';
import { writeZip } from '../support/write-zip.ts';

const LIMITS: ReadLimits = {
  maxBytes: 50_000_000,
  maxRowBytes: 100_000,
  maxArchiveBytes: 5_000_000,
  maxArchiveFiles: 20,
  maxSharedTextBytes: 1_000_000,
};

// What is kept on disk goes into a folder of its own, to see that nothing stays.
const temporary = process.env['TMPDIR'];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rowferry-read-'));
  process.env['TMPDIR'] = folder;
});
afterAll(async () => {
  expect(await readdir(folder)).toEqual([]);
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
  await rm(folder, { recursive: true });
});

async function read(file: Buffer, limits: Partial<ReadLimits> = {}) {
  const found = await readFileRows(pieces(file), { ...LIMITS, ...limits });
  const rows: FileRow[] = [];
  try {
    for await (const row of found.rows) rows.push(row);
  } finally {
    await found.close();
  }
  return { header: found.header, rows, cells: rows.map(({ cells }) => cells) };
}

function pieces(file: Buffer): Readable {
  const starts = Array.from({ length: Math.ceil(file.length / 1000) }, (_, index) => index * 1000);
  return Readable.from(starts.map((at) => file.subarray(at, at + 1000)));
}

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relation = (id: string, type: string, target: string) =>
  `<Relationship Id="${id}" Type="${DOCUMENT}/${type}" Target="${target}"/>`;
const relations = (...list: string[]) => `<Relationships>${list.join('')}</Relationships>`;
const sheetOf = (rows: string) => `<worksheet xmlns="${MAIN}"><sheetData>${rows}</sheetData></worksheet>`;

/** Parts in the order of Excel, which puts the texts of cells behind the cells. */
function workbook(parts: {
  sheets: Readonly<Record<string, string>>;
  texts?: string;
  styles?: string;
  workbookPr?: string;
}): Promise<Buffer> {
  const sheets = Object.entries(parts.sheets);
  const list = sheets.map(
    ([name], index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="s${index}"/>`,
  );
  return writeZip({
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relations(relation('r1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}">${parts.workbookPr ?? ''}<sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations(
      ...sheets.map((_, index) => relation(`s${index}`, 'worksheet', `worksheets/sheet${index + 1}.xml`)),
      relation('styles', 'styles', 'styles.xml'),
      relation('texts', 'sharedStrings', '/xl/sharedStrings.xml'),
    ),
    ...Object.fromEntries(sheets.map(([, xml], index) => [`xl/worksheets/sheet${index + 1}.xml`, xml])),
    'xl/styles.xml': parts.styles ?? '<styleSheet/>',
    'xl/sharedStrings.xml': parts.texts ?? '<sst/>',
  });
}

const one = (rows: string, rest: object = {}) => workbook({ sheets: { Sheet: sheetOf(rows) }, ...rest });
const text = (ref: string, value: string) => `<c r="${ref}" t="inlineStr"><is><t>${value}</t></is></c>`;
const header = (...names: string[]) =>
  `<row r="1">${names.map((name, index) => text(`${'ABCDEFG'.charAt(index)}1`, name)).join('')}</row>`;

describe('a cell', () => {
  const styles =
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-407]d\\.m\\.yyyy;@"/>' +
    '<numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/><numFmt numFmtId="166" formatCode="yyyy-mm-dd hh:mm"/>' +
    '<numFmt numFmtId="167" formatCode="[hh]:mm"/></numFmts>' +
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
    `<cellXfs>${[0, 14, 22, 164, 165, 166, 167, 49].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`;
  const texts =
    '<sst><si><t>shared</t></si><si><r><t>ri</t></r><r><t xml:space="preserve">ch </t></r><rPh><t>phonetic</t></rPh></si>' +
    '<si><t>_x000D_ _x005F_x000D_ &lt;&#x1F3AC;</t></si><si/></sst>';

  it.each([
    ['<c r="A2" t="s"><v>0</v></c>', 'shared'],
    ['<c r="A2" t="s"><v>1</v></c>', 'rich '],
    ['<c r="A2" t="s"><v>2</v></c>', '\r _x000D_ <🎬'],
    ['<c r="A2" t="s"><v>3</v></c>', ''],
    ['<c t="str"><f>1+1</f><v>of a formula</v></c>', 'of a formula'],
    ['<c r="A2"><f>1+1</f><v>2</v></c>', '2'],
    ['<c r="A2"><v>7.50</v></c>', '7.50'],
    ['<c r="A2"><v>0.10000000000000001</v></c>', '0.1'],
    ['<c r="A2"><v>0.30000000000000004</v></c>', '0.30000000000000004'],
    ['<c r="A2"><v>1.0E-3</v></c>', '1.0E-3'],
    ['<c r="A2" t="b"><v>1</v></c>', 'true'],
    ['<c r="A2" s="1"><v>46348</v></c>', '2026-11-22'],
    ['<c r="A2" s="2"><v>46348.5</v></c>', '2026-11-22 12:00:00'],
    ['<c r="A2" s="2"><v>46348</v></c>', '2026-11-22 00:00:00'],
    ['<c r="A2" s="3"><v>46348</v></c>', '2026-11-22'],
    ['<c r="A2" s="4"><v>46348</v></c>', '46348'],
    ['<c r="A2" s="5"><v>30000.999999999996</v></c>', '1982-02-19 00:00:00'],
    ['<c r="A2" s="6"><v>0.75</v></c>', '18:00:00'],
    ['<c r="A2" s="7"><v>46348</v></c>', '46348'],
    ['<c r="A2" s="1"><v>59</v></c>', '59'],
    ['<c r="A2" t="d"><v>2026-11-22</v></c>', '2026-11-22'],
    ['<c r="A2" s="1"/><c r="B2"><v>1</v></c>', null],
    ['<c r="B2"><v>1</v></c>', null],
  ])('%s is %o', async (cell, value) => {
    const file = await one(`${header('a', 'b')}<row r="2">${cell}</row>`, { styles, texts });
    expect((await read(file)).cells[0]).toMatchObject({ a: value });
  });

  it('counts from 1904 where the workbook does', async () => {
    const rows = `${header('a')}<row r="2"><c r="A2" s="1"><v>44886</v></c></row>`;
    const file = await one(rows, { styles, workbookPr: '<workbookPr date1904="1"/>' });
    expect((await read(file)).cells).toEqual([{ a: '2026-11-22' }]);
  });

  it('with an error makes its row one that cannot be read, and says where', async () => {
    const file = await one(
      `${header('a')}<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row><row r="5"><c r="A5"><v>1</v></c></row>`,
    );
    expect((await read(file)).rows).toEqual([
      { line: 2, cells: 'A2 has the error #N/A' },
      { line: 5, cells: { a: '1' } },
    ]);
  });

  it('with a number that nobody means makes its row one that cannot be read', async () => {
    const zeros = (count: number) => `<c><v>1.${'0'.repeat(count)}1</v></c>`;
    const cells = [zeros(997), zeros(998), `<c s="1"><v>${'4'.repeat(1001)}</v></c>`];
    const file = await one(
      header('a') + cells.map((cell, index) => `<row r="${index + 2}">${cell}</row>`).join(''),
      { styles },
    );
    expect((await read(file)).cells).toEqual([
      { a: '1' },
      'A3 has a number of more than 1000 characters',
      'A4 has a number of more than 1000 characters',
    ]);
  });

  it('behind the header is a row of another width, unless it is the rest of a long text', async () => {
    const long = 'x'.repeat(32_000);
    const rows = [
      [text('A2', 'a'), text('C2', 'more')],
      [text('A3', long), text('C3', 'a (2/2): y')],
      [text('A4', 'short'), text('C4', 'a (2/2): y')],
      [text('A5', long), text('C5', 'a (2/3): y')],
    ];
    const file = await one(
      header('a', 'b') + rows.map((cells, index) => `<row r="${index + 2}">${cells.join('')}</row>`).join(''),
    );
    const wide = 'it has 3 cells, and the header has 2';
    expect((await read(file)).cells).toEqual([wide, { a: `${long}y`, b: null }, wide, wide]);
  });
});

describe('sheets', () => {
  const two = (second: string) =>
    workbook({
      sheets: {
        First: sheetOf(`${header('a')}<row r="2"><c r="A2"><v>1</v></c></row>`),
        Empty: sheetOf('<row r="7"/>'),
        Second: sheetOf(second),
      },
    });

  it('are read one after the other, and empty ones and rows passed over', async () => {
    const rows = `<row r="3">${text('A3', 'a')}</row><row r="4"/><row r="5"><c r="A5"><v>2</v></c></row>`;
    expect((await read(await two(rows))).rows).toEqual([
      { line: 2, part: 'First', cells: { a: '1' } },
      { line: 5, part: 'Second', cells: { a: '2' } },
    ]);
  });

  it('with another header are refused by name', async () => {
    await expect(read(await two(header('b')))).rejects.toThrow(
      'in “Second”, cannot be read: it has other columns than what comes before it',
    );
  });
});

describe('a workbook that means harm is refused, at little cost:', () => {
  const bad = { code: 'bad_import_file' };
  const large = { code: 'import_too_large' };
  const because = (reason: string) => ({ ...bad, message: expect.stringContaining(reason) as string });
  const wide = because('IMPORT_MAX_ROW_BYTES');
  const entities =
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>' +
    sheetOf(`<row r="1">${text('A1', '&b;')}</row>`);

  it.each<[string, () => Promise<Buffer>, object, Partial<ReadLimits>?]>([
    ['one that declares entities', () => workbook({ sheets: { S: entities } }), bad],
    ['one that names entities', () => one(`<row r="1">${text('A1', '&b;')}</row>`), bad],
    ['XML that is none', () => workbook({ sheets: { S: '<worksheet><row></worksheet>' } }), bad],
    ['a bomb', () => one(header('a') + '<row/>'.repeat(1_000_000)), large, { maxBytes: 1_000_000 }],
    [
      'texts without an end',
      () => one(header('a'), { texts: `<sst>${`<si><t>${'x'.repeat(1000)}</t></si>`.repeat(2000)}</sst>` }),
      large,
    ],
    [
      'any number of empty texts',
      () => one(header('a'), { texts: `<sst>${'<si/>'.repeat(300_000)}</sst>` }),
      large,
    ],
    [
      'a text of any number of pieces',
      () =>
        one(header('a'), {
          texts: `<sst><si>${`<r><t>${'x'.repeat(1000)}</t></r>`.repeat(2000)}</si></sst>`,
        }),
      large,
    ],
    [
      'a long text in each cell of a row',
      () =>
        one(
          `${header('a', 'b', 'c', 'd')}<row r="2">${['A', 'B', 'C', 'D'].map((letter) => `<c r="${letter}2" t="s"><v>0</v></c>`).join('')}</row>`,
          { texts: `<sst><si><t>${'x'.repeat(90_000)}</t></si></sst>` },
        ),
      wide,
    ],
    ['a tag without an end', () => one(`<row ${'x'.repeat(200_000)}`), wide],
    ['a text without an end', () => one(`${header('a')}<row><c t="str"><v>${'x'.repeat(400_000)}`), wide],
    ['a column that Excel does not have', () => one(`<row r="1">${text('XFE1', 'a')}</row>`), bad],
    ['a column that nobody has', () => one(`<row r="1">${text('ABCDE1', 'a')}</row>`), bad],
    ['cells in no order', () => one(`<row r="1">${text('B1', 'b')}${text('A1', 'a')}</row>`), bad],
    [
      'any number of styles',
      () => one(header('a'), { styles: `<s><cellXfs>${'<xf/>'.repeat(70_000)}</cellXfs></s>` }),
      bad,
    ],
    [
      'a style longer than Excel has them',
      () =>
        one(header('a'), { styles: `<s><numFmts><numFmt formatCode="${'['.repeat(256)}"/></numFmts></s>` }),
      because('a style of more than 255 characters'),
    ],
    [
      'tags inside of tags',
      () => one(`${header('a')}${'<x>'.repeat(63)}${'</x>'.repeat(63)}`),
      because('nested too deeply'),
    ],
    [
      'styles and a list of sheets that are too long together',
      () =>
        one(header('a'), {
          workbookPr: `<x y="${'x'.repeat(90_000)}"/>`.repeat(100),
          styles: `<s>${`<font x="${'x'.repeat(90_000)}"/>`.repeat(100)}</s>`,
        }),
      because('its styles and lists of sheets have more than 16777216 bytes'),
    ],
    ['a header with a hole', () => one(`<row r="1">${text('A1', 'a')}${text('C1', 'c')}</row>`), bad],
    [
      'a document of Word',
      () => writeZip({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<w/>' }),
      bad,
    ],
    [
      'too many files',
      () => writeZip(Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`${n}`, '']))),
      large,
    ],
    ['one that is too large', () => one(header('a')), large, { maxArchiveBytes: 500 }],
    ['one cut short', async () => (await one(header('a'))).subarray(0, -30), bad],
  ])('%s', async (_what, file, error, limits) => {
    const content = await file();
    const before = process.memoryUsage().rss;
    await expect(read(content, limits)).rejects.toMatchObject(error);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it('a sheet with a million cells that hold nothing: they are passed over', async () => {
    const empty = Array.from({ length: 16_384 }, () => '<c s="1"/>').join('');
    const rows = Array.from({ length: 60 }, (_, index) => `<row r="${index + 2}">${empty}</row>`).join('');
    expect((await read(await one(header('a') + rows))).rows).toEqual([]);
  });

  it('a file whose bytes were changed: its checksum tells', async () => {
    const file = await writeZip({ 'a.csv': `a\n${'1\n'.repeat(5000)}` });
    const at = file.lastIndexOf('PK\x01\x02') + 16;
    file.writeUInt32LE((file.readUInt32LE(at) ^ 1) >>> 0, at);
    await expect(read(file)).rejects.toThrow('damaged or cut short');
  });
});

describe('a zip of texts', () => {
  it('is read file by file, with what belongs to none left out', async () => {
    const file = await writeZip({
      'part/1.csv': 'a,b\n1,2\n',
      '__MACOSX/part/._1.csv': 'x',
      'part/2.csv': 'a,b\n3\n',
    });
    expect((await read(file)).rows).toEqual([
      { line: 2, part: 'part/1.csv', cells: { a: '1', b: '2' } },
      { line: 2, part: 'part/2.csv', cells: 'it has 1 fields, and the header has 2' },
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['other columns', { 'a.csv': 'a\n', 'b.csv': 'b\n' }, 'in “b.csv”, cannot be read: it has other columns'],
    ['a quote that stays open', { 'a.csv': 'a\n', 'b.csv': 'a\n"1' }, 'in “b.csv” from line 2 on, cannot be'],
    ['nothing', {}, 'it is a ZIP without a file'],
  ])('is refused for %s, by name', async (_what, files, message) => {
    await expect(read(await writeZip(files))).rejects.toThrow(message);
  });
});

describe('a zip of workbooks', () => {
  const bookOf = (...rows: string[]) => one(rows.join(''));
  const row = (number: number, value: string) => `<row r="${number}">${text(`A${number}`, value)}</row>`;
  const first = () => bookOf(header('a'), row(2, 'x'));

  it('is read file by file, with sheets that have their file’s name before them; texts may be among them', async () => {
    const sheets = { S: sheetOf(header('a') + row(2, 'y')), T: sheetOf(header('a') + row(2, 'z')) };
    const file = await writeZip({
      'a.xlsx': await first(),
      '__MACOSX/._a.xlsx': 'x',
      'b.xlsx': await workbook({ sheets }),
      'c.csv': 'a\nc\n',
    });
    expect((await read(file)).rows).toEqual([
      { line: 2, part: 'a.xlsx', cells: { a: 'x' } },
      { line: 2, part: 'b.xlsx, S', cells: { a: 'y' } },
      { line: 2, part: 'b.xlsx, T', cells: { a: 'z' } },
      { line: 2, part: 'c.csv', cells: { a: 'c' } },
    ]);
  });

  it.each<[string, () => Promise<Buffer>, string]>([
    ['other columns', () => bookOf(header('b')), 'in “b.xlsx”, cannot be read: it has other columns'],
    [
      'a damaged one',
      async () => (await first()).subarray(0, -30),
      'in “b.xlsx”, cannot be read: it is a ZIP',
    ],
    [
      'a damaged sheet',
      () => bookOf(header('a'), '<row>'),
      'in “b.xlsx”, cannot be read: its XML is damaged',
    ],
    ['a zip', () => writeZip({ 'c.csv': 'a\n1\n' }), 'in “b.xlsx”, cannot be read: it is a ZIP in a ZIP'],
    ['Parquet', () => Promise.resolve(Buffer.from('PAR1')), 'in “b.xlsx”, cannot be read: it is Parquet'],
  ])('is refused for %s, by name', async (_what, second, message) => {
    const file = await writeZip({ 'a.xlsx': await first(), 'b.xlsx': await second() });
    await expect(read(file)).rejects.toThrow(message);
  });

  it('may unpack to no more than one workbook may, in all of them together', async () => {
    const book = await bookOf(header('a'), '<row/>'.repeat(100_000));
    const several = (count: number) =>
      writeZip(Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}.xlsx`, book])));
    const limits = { maxBytes: 1_000_000 };
    expect((await read(await several(1), limits)).rows).toEqual([]);
    await expect(read(await several(2), limits)).rejects.toMatchObject({ code: 'import_too_large' });
  });
});
