import type { FormatSettings } from '../format.ts';

/** Places in `cellXfs` below. */
export const STYLES = { header: 1, date: 2, time: 3, quoted: 4 } as const;

const dayFormats: Readonly<Record<FormatSettings['dateFormat'], string>> = {
  iso: 'yyyy\\-mm\\-dd',
  'dd.mm.yyyy': 'dd\\.mm\\.yyyy',
  'dd/mm/yyyy': 'dd\\/mm\\/yyyy',
  'mm/dd/yyyy': 'mm\\/dd\\/yyyy',
};

/** `xl/styles.xml`. Days and times are shown in the form that was asked for, whatever the language of Excel. */
export function stylesXml({ dateFormat }: Pick<FormatSettings, 'dateFormat'>): string {
  const day = dayFormats[dateFormat];
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    `<numFmts count="2"><numFmt numFmtId="164" formatCode="${day}"/>` +
    `<numFmt numFmtId="165" formatCode="${day}\\ hh:mm:ss"/></numFmts>` +
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>' +
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
    '<fills count="2"><fill><patternFill patternType="none"/></fill>' +
    '<fill><patternFill patternType="gray125"/></fill></fills>' +
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
    '<cellXfs count="5">' +
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>' +
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>' +
    '</cellXfs>' +
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>' +
    '</styleSheet>'
  );
}
