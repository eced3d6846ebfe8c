import { access, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateDocs, staleDocs } from '../../scripts/generate-docs.ts';
import { loadConfig } from '../../src/config.ts';
import { settings } from '../../src/settings/index.ts';

const root = join(import.meta.dirname, '../..');

let copy: string;
beforeEach(async () => {
  copy = await mkdtemp(join(tmpdir(), 'rowferry-docs-'));
  await cp(join(root, 'docs'), join(copy, 'docs'), { recursive: true });
  for (const path of ['.env.example', 'src/client/schema.ts']) {
    await cp(join(root, path), join(copy, path), { recursive: true });
  }
});
afterEach(() => rm(copy, { recursive: true }));

async function change(path: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(join(copy, path), 'utf8');
  const changed = text.replace(from, to);
  expect(changed, `${from} is in ${path}`).not.toBe(text);
  await writeFile(join(copy, path), changed);
}

describe('generated documentation', () => {
  it('is what the code says. Otherwise run: npm run docs', async () => {
    expect(await staleDocs()).toEqual([]);
    expect(await staleDocs(copy)).toEqual([]);
  });

  it('is found stale wherever it differs', async () => {
    const changes = [
      ['.env.example', '# PORT=3000', '# PORT=3001'],
      ['docs/configuration.md', '`3000`', '`3001`'],
      ['docs/datasets.md', 'Title of the film.', 'Name of the film.'],
      ['docs/formats.md', '`csv`', '`cvs`'],
      ['docs/metrics.md', 'Repairs that this process made', 'Repairs'],
      ['docs/openapi.json', '"Ask for an export"', '"Ask for a file"'],
      ['src/client/schema.ts', 'estimatedRows:', 'guessedRows:'],
    ] as const;
    for (const [path, from, to] of changes) await change(path, from, to);
    expect((await staleDocs(copy)).sort()).toEqual(changes.map(([path]) => path));
  });

  it('is found stale when a file is missing', async () => {
    await rm(join(copy, '.env.example'));
    expect(await staleDocs(copy)).toEqual(['.env.example']);
  });

  it('leaves what stands around the list of datasets alone', async () => {
    await change('docs/datasets.md', /^# Datasets$/m, '# All about datasets');
    expect(await staleDocs(copy)).toEqual([]);
    expect((await generateDocs(copy)).get('docs/datasets.md')).toContain('# All about datasets');
  });

  it('wants the markers around the list of datasets', async () => {
    await change('docs/datasets.md', '<!-- end of generated -->', '');
    await expect(staleDocs(copy)).rejects.toThrow('markers');
  });

  it('has every setting, with its description', async () => {
    const page = await readFile(join(root, 'docs/configuration.md'), 'utf8');
    for (const [name, { description }] of Object.entries(settings.shape)) {
      expect(description, name).toBeTruthy();
      expect(page).toContain(`\`${name}\``);
    }
  });

  it('has an .env.example whose defaults are the defaults', async () => {
    const text = await readFile(join(root, '.env.example'), 'utf8');
    const uncommented = text.replaceAll(/^# ([A-Z0-9_]+=)/gm, '$1');
    const { S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...rest } = parseEnv(uncommented);
    // The bucket, and the one whose name stands for several.
    expect(Object.keys(rest).length).toBe(Object.keys(settings.shape).length - 2);
    expect(loadConfig(rest)).toEqual(loadConfig({}));
    // Naming the bucket means AWS, so its default may not be named to get the embedded storage.
    expect(S3_BUCKET).toBe('rowferry');
    expect([AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY]).toEqual(['', '']);
  });
});

describe('docs/api.md', () => {
  const page = () => readFile(join(root, 'docs/api.md'), 'utf8');
  const source = (path: string) => readFile(join(root, 'src', path), 'utf8');

  it('lists every problem with its status', async () => {
    const text = await source('api/problem.ts');
    const listed = [...text.matchAll(/^ {2}(\w+): \{ status: (\d+)/gm)].map(([, code, status]) => ({
      code,
      status,
    }));
    expect(listed.length).toBeGreaterThan(10);
    for (const { code, status } of listed) {
      expect(await page()).toMatch(new RegExp(`^\\| \`${code ?? ''}\` +\\| ${status ?? ''} `, 'm'));
    }
  });

  it('lists every reason for which an export fails', async () => {
    const files = [
      'database-error',
      'dataset-view',
      'file-meter',
      'row-encoder',
      'row-source',
      'run-export',
      'source-client',
      'session-of',
    ];
    const paths = [
      ...files.map((file) => `export/${file}.ts`),
      'export/formats/parquet/parquet-column.ts',
      'storage/s3-errors.ts',
      'worker/check-rights.ts',
      'worker/export-processor.ts',
      'worker/end-reasons.ts',
    ];
    const texts = await Promise.all(paths.map(source));
    const thrown = texts.flatMap((text) => [
      ...text.matchAll(/(?:new AppError\(\s*|code: )'([a-z]+(?:_[a-z]+)+)'/g),
    ]);
    // Neither ends an export: it goes on in another worker.
    const passing = ['lock_lost', 'worker_stopping'];
    const codes = new Set(thrown.map(([, code]) => code ?? '').filter((code) => !passing.includes(code)));
    expect(codes.size).toBeGreaterThan(10);
    for (const code of codes) expect(await page()).toContain(`\n| \`${code}\` `);
  });
});

/** As GitHub names the headings of a page. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  const anchors = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
  return new Set(anchors);
}

it('has no link to a file or a heading that is not there', async () => {
  const pages = (await readdir(join(root, 'docs'), { recursive: true })).map((name) => join('docs', name));
  const examples = (await readdir(join(root, 'examples'))).map((name) => join('examples', name, 'README.md'));
  const top = (await readdir(root)).concat(pages, examples).filter((path) => path.endsWith('.md'));
  expect(top.length).toBeGreaterThan(10);
  for (const path of top) {
    const text = await readFile(join(root, path), 'utf8');
    for (const [, target = '', anchor] of text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?/g)) {
      const file = target === '' ? join(root, path) : join(root, dirname(path), target);
      await expect(access(file), `${path} → ${target}`).resolves.toBeUndefined();
      if (anchor === undefined || !file.endsWith('.md')) continue;
      const anchors = anchorsOf(await readFile(file, 'utf8'));
      expect(anchors.has(anchor), `${path} → ${target}#${anchor}`).toBe(true);
    }
  }
});
