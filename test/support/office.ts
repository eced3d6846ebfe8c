import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasLane } from './lane.ts';

/** A cell as LibreOffice has it: what kind of value, which, and the formula behind it. */
export interface OfficeCell {
  type: string;
  value: string;
  formula?: string;
}

export const hasOffice = () => hasLane('soffice', () => spawnSync('soffice', ['--version']).status === 0);

/** What an import of a text does in the language of the office, if somebody wants formulas: as Excel does by itself. */
const TABS_IN_UTF16 = 'CSV:9,34,65535,1,,0,false,true,false,false,false,0,true';

/** The rows of a file of tabs in UTF-16, as somebody sees them who opens it in LibreOffice of this language. */
export async function openInOffice(file: Buffer, locale: string): Promise<OfficeCell[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-office-'));
  try {
    const settings = join(folder, 'home', 'user');
    await mkdir(settings, { recursive: true });
    await writeFile(join(settings, 'registrymodifications.xcu'), languageSetting(locale));
    await writeFile(join(folder, 'file.csv'), file);
    const { stderr } = spawnSync('soffice', [
      ...[`-env:UserInstallation=file://${folder}/home`, '--headless', `--infilter=${TABS_IN_UTF16}`],
      ...['--convert-to', 'fods', '--outdir', folder, join(folder, 'file.csv')],
    ]);
    return cellsOf(await readFile(join(folder, 'file.fods'), 'utf8').catch(() => String(stderr)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const languageSetting = (locale: string) =>
  '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">' +
  '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">' +
  `<value>${locale}</value></prop></item></oor:items>`;

/** Of the first sheet, without the empty cells and rows behind the last that is not. */
function cellsOf(document: string): OfficeCell[][] {
  const [sheet = ''] = /<table:table .*?<\/table:table>/s.exec(document) ?? [];
  const rows = [...sheet.matchAll(/<table:table-row\b[^>]*?(?:\/>|>.*?<\/table:table-row>)/gs)].map(([row]) =>
    [...row.matchAll(/<table:table-cell\b([^>]*?)(?:\/>|>(.*?)<\/table:table-cell>)/gs)].map(
      ([, about = '', content = '']) => cellOf(about, content),
    ),
  );
  return rows.filter((row) => row.some(({ type }) => type !== ''));
}

function cellOf(about: string, content: string): OfficeCell {
  const said = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(about)?.[1];
  const text = [...content.matchAll(/<text:p>(.*?)<\/text:p>/gs)].map(([, line = '']) => line).join('\n');
  const formula = said('table:formula');
  return {
    type: said('office:value-type') ?? '',
    value: plain(said('office:value') ?? said('office:date-value') ?? text),
    ...(formula === undefined ? {} : { formula: plain(formula) }),
  };
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function plain(xml: string): string {
  return xml
    .replaceAll(/<text:s(?: text:c="(\d+)")?\/>/g, (_, count = '1') => ' '.repeat(Number(count)))
    .replaceAll(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
