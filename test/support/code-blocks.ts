import { readFile } from 'node:fs/promises';

export interface CodeBlock {
  /** The heading that it stands under. */
  heading: string;
  code: string;
}

/** The blocks of one language in a page, in order. */
export async function codeBlocks(page: string, language: string): Promise<CodeBlock[]> {
  const text = await readFile(new URL(`../../${page}`, import.meta.url), 'utf8');
  const found = text.matchAll(/^#+ (?<heading>.+)$|^```(?<language>\w+)\n(?<code>[^]*?)^```$/gm);
  let heading = '';
  return [...found].flatMap(({ groups = {} }) => {
    heading = groups['heading'] ?? heading;
    return groups['language'] === language ? [{ heading, code: groups['code'] ?? '' }] : [];
  });
}
