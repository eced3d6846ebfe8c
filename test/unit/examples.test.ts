import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';

const root = join(import.meta.dirname, '../..');
const readPackage = async (folder: string) =>
  JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies' | 'engines',
    Record<string, string>
  >;

describe.each(await readdir(join(root, 'examples')))('examples/%s', (name) => {
  it('asks for the packages that it is tested with, and for the same Node.js', async () => {
    const [ours, theirs] = await Promise.all([readPackage('.'), readPackage(`examples/${name}`)]);
    const tested = { ...ours.dependencies, ...ours.devDependencies, rowferry: 'file:../..' };
    expect(tested).toMatchObject({ ...theirs.dependencies, ...theirs.devDependencies });
    expect(theirs.engines).toEqual(ours.engines);
  });
});

it('the package exports what there is, with its types', async () => {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, { types: string; default: string }>;
  };
  const sources = Object.values(exports).map(({ types }) =>
    types.replace(/^\.\/dist\//, '').replace(/\.d\.ts$/, '.ts'),
  );
  expect(sources).toContain('src/web/export-button/react.ts');
  for (const path of sources) await expect(access(join(root, path)), path).resolves.toBeUndefined();
});

it('the settings for trying out are taken, and their secrets marked as those that production refuses', async () => {
  const env = parseEnv(await readFile(join(root, 'examples/express-app/demo.env'), 'utf8'));
  expect(loadConfig(env).CORS_ORIGINS).toEqual([env['APP_URL']]);
  const secrets = Object.entries(env).filter(([name]) => /SECRET/.test(name));
  expect(secrets).toHaveLength(3);
  for (const [, secret] of secrets) expect(secret).toMatch(/^rowferry-local-only-/);
});
