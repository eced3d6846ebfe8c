import { posix } from 'node:path';
import { badFile } from '../bad-file.ts';
import type { ReadLimits } from '../read-limits.ts';
import type { ZipFile } from '../zip-file.ts';
import type { TimeStyle } from './excel-day.ts';
import { SharedTexts } from './shared-texts.ts';
import { timeStylesReader } from './time-styles.ts';
import { prefixed, readWholeXml } from './xml-reader.ts';
import type { XmlHandler } from './xml-reader.ts';

/** What the cells of a workbook lean on, and where its sheets are. */
export interface Workbook {
  /** In the order of the tabs. */
  sheets: readonly { name: string; path: string }[];
  texts: SharedTexts;
  timeStyles: ReadonlyMap<number, TimeStyle>;
  /** Whether its days are counted from 1904. */
  from1904: boolean;
}

/** Of the list of sheets and the styles; nobody has as many. */
const MAX_LISTED = 100_000;
/** Of all parts together of which something is kept, but for shared texts, which have a limit of their own. */
const MAX_KEPT_BYTES = 16 * 1024 ** 2;

/** @throws AppError `bad_import_file`, `import_too_large` */
export async function openWorkbook(
  zip: ZipFile,
  { maxRowBytes, maxSharedTextBytes }: Pick<ReadLimits, 'maxRowBytes' | 'maxSharedTextBytes'>,
): Promise<Workbook> {
  const partAt = (path: string | undefined) => (path === undefined ? undefined : zip.read(path));
  let kept = 0;
  const counted = async function* (part: AsyncIterable<Buffer>) {
    for await (const chunk of part) {
      kept += chunk.length;
      if (kept > MAX_KEPT_BYTES) {
        throw badFile(`its styles and lists of sheets have more than ${MAX_KEPT_BYTES} bytes`);
      }
      yield chunk;
    }
  };
  const read = async (path: string | undefined, handler: XmlHandler) => {
    const part = partAt(path);
    if (part !== undefined) await readWholeXml(counted(part), handler, maxRowBytes);
  };
  const [main] = await relationsOf(read, '');
  const path = main?.type === 'officeDocument' ? main.path : 'xl/workbook.xml';
  const named: { name: string; id: string | undefined }[] = [];
  let from1904 = false;
  await read(path, {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = /^(1|true)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      named.push({ name: attributes['name'] ?? '', id: prefixed(attributes, 'id') });
      if (named.length > MAX_LISTED) throw badFile('it has too many sheets');
    },
  });
  const relations = await relationsOf(read, path);
  const partOf = (type: string) => relations.find((relation) => relation.type === type)?.path;
  const sheets = named.flatMap(({ name, id }) => {
    const sheet = relations.find((relation) => relation.id === id);
    // Charts have a tab as well.
    return sheet?.type === 'worksheet' ? [{ name, path: sheet.path }] : [];
  });
  const timeStyles = new Map<number, TimeStyle>();
  await read(partOf('styles'), timeStylesReader(timeStyles));
  const texts = new SharedTexts(maxSharedTextBytes);
  const shared = partAt(partOf('sharedStrings'));
  if (shared !== undefined) await readWholeXml(shared, texts.reader(), maxRowBytes);
  return { sheets, texts, timeStyles, from1904 };
}

interface Relation {
  id: string;
  /** The last word of the type: what comes before it differs between transitional and strict workbooks. */
  type: string;
  path: string;
}

/** What a part leads to; of the whole package, for an empty path. */
async function relationsOf(
  read: (path: string, handler: XmlHandler) => Promise<void>,
  path: string,
): Promise<Relation[]> {
  const folder = posix.dirname(path);
  const relations: Relation[] = [];
  await read(posix.join(folder, '_rels', `${posix.basename(path)}.rels`), {
    open(name, { Id = '', Type = '', Target = '' }) {
      if (name !== 'Relationship') return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      relations.push({ id: Id, type: Type.slice(Type.lastIndexOf('/') + 1), path: target });
      if (relations.length > MAX_LISTED) throw badFile('it has too many parts');
    },
  });
  return relations;
}
