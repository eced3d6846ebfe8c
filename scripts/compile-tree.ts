import { copyFile, mkdir, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Each file stays one file: what it imports is only called by the name that it has when compiled. */
const fileByFile: Plugin = {
  name: 'file by file',
  setup: (building) =>
    building.onResolve({ filter: /.*/ }, ({ kind, path }) =>
      kind === 'entry-point' ? undefined : { external: true, path: path.replace(/^(\..*)\.ts$/, '$1.js') },
    ),
};

/**
 * Makes `output` a copy of the project in which these folders are JavaScript, as production runs them: a TypeScript loader
 * doubles the time and the memory of a process that starts. Types are not looked at; that is for `npm run check`.
 */
export async function compileTree(output: string, folders: readonly string[]): Promise<void> {
  const files = (await Promise.all(folders.map(filesIn))).flat();
  const isSource = (path: string) => path.endsWith('.ts');
  // What runs elsewhere is made by scripts of its own: the kernel of the byte path, and what browsers load.
  const isOurs = (path: string) => isSource(path) && !/\.d\.ts$|\/assembly\/|^src\/web\//.test(path);
  await build({
    absWorkingDir: ROOT,
    entryPoints: files.filter(isOurs),
    outbase: ROOT,
    outdir: output,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    plugins: [fileByFile],
  });
  for (const path of files.filter((path) => !isSource(path))) {
    await mkdir(dirname(join(output, path)), { recursive: true });
    await copyFile(join(ROOT, path), join(output, path));
  }
  // For the packages, and for `"type": "module"`.
  for (const name of ['node_modules', 'package.json']) await symlink(join(ROOT, name), join(output, name));
}

/** Paths, relative to the project, of all files under a folder of it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length));
}
