// Second half of `npm run build`: brings what is read at run time (SQL, sample data) next to the compiled files, and
// removes from dist what has no source any more. An old migration or dataset left there would still be run or offered.
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const OUTPUT = 'dist';
const root = join(import.meta.dirname, '..');
const isAsset = (path) => !/\.(ts|md)$|^src\/web\/(export-button\/|console\/|tsconfig)/.test(path);

const sources = (await Promise.all(['src', 'datasets'].map(filesIn))).flat();
const assets = sources.filter(isAsset);
const compiled = sources
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replace(/\.ts$/, '.js'))
  .flatMap((path) => [path, `${path}.map`]);
// Of the package's entries for other programs; nobody imports the rest.
const types = compiled
  .filter((path) => /^src\/(client|web)\//.test(path) && path.endsWith('.js'))
  .map((path) => path.replace(/\.js$/, '.d.ts'));

const expected = new Set([...assets, ...compiled, ...types].map((path) => join(OUTPUT, path)));
for (const path of await filesIn(OUTPUT)) if (!expected.has(path)) await rm(join(root, path));
for (const path of assets) {
  const target = join(root, OUTPUT, path);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(join(root, path), target);
}

/** Paths, relative to the project, of all files under a folder of it. */
async function filesIn(folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
