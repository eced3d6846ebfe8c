import { escapeXml } from './xml-text.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Longest name that Excel takes for a sheet. */
const MAX_NAME = 31;

/** Sheets are known by their extension, so that this can come first, before anybody knows how many there will be. */
export const contentTypesXml =
  `${XML}<Types xmlns="${PACKAGE}/content-types">` +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  `<Default Extension="xml" ContentType="${MAIN}.worksheet+xml"/>` +
  `<Override PartName="/xl/workbook.xml" ContentType="${MAIN}.sheet.main+xml"/>` +
  `<Override PartName="/xl/styles.xml" ContentType="${MAIN}.styles+xml"/></Types>`;

export const packageRelsXml =
  `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
  `<Relationship Id="rId1" Type="${DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;

/** `xl/workbook.xml`: the sheets by name. */
export function workbookXml(title: string, sheets: number): string {
  const list = Array.from({ length: sheets }, (_, index) => {
    const number = index + 1;
    return `<sheet name="${escapeXml(sheetName(title, number))}" sheetId="${number}" r:id="rId${number}"/>`;
  });
  return (
    `${XML}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${DOCUMENT}">` +
    `<sheets>${list.join('')}</sheets></workbook>`
  );
}

/** `xl/_rels/workbook.xml.rels` */
export function workbookRelsXml(sheets: number): string {
  const relation = (id: number, type: string, target: string) =>
    `<Relationship Id="rId${id}" Type="${DOCUMENT}/${type}" Target="${target}"/>`;
  const list = Array.from({ length: sheets }, (_, index) =>
    relation(index + 1, 'worksheet', `worksheets/sheet${index + 1}.xml`),
  );
  return (
    `${XML}<Relationships xmlns="${PACKAGE}/relationships">` +
    `${list.join('')}${relation(sheets + 1, 'styles', 'styles.xml')}</Relationships>`
  );
}

/** The title, without what Excel takes in no name, and a number from the second on. */
function sheetName(title: string, number: number): string {
  const suffix = number === 1 ? '' : ` ${number}`;
  const plain = title.replace(/[[\]:*?/\\\p{Cc}\ufffe\uffff]/gu, ' ').replace(/^[\s']+/, '');
  // By characters: half of an emoji is nothing that XML can hold.
  let name = '';
  for (const character of plain) {
    if (name.length + character.length + suffix.length > MAX_NAME) break;
    name += character;
  }
  // Only now: what was in the middle may have become the end.
  name = name.replace(/[\s']+$/, '');
  return (name === '' ? 'Sheet' : name) + suffix;
}
