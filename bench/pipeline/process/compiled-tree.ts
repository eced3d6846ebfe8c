import { copyFile, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COMPILER_OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  rewriteRelativeImportExtensions: true,
};

let tree: Promise<string> | undefined;

/**
 * A folder with `src`, `bench` and `datasets` as JavaScript, as production runs it: what is measured must not carry a TypeScript
 * loader in its memory. Types are not looked at; that is for `npm run check`.
 */
export function compiledTree(): Promise<string> {
  return (tree ??= compile());
}

async function compile(): Promise<string> {
  const output = join(tmpdir(), 'compiled');
  for (const folder of ['src', 'bench', 'datasets']) {
    const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter(
      (candidate) => candidate.isFile() && !candidate.name.endsWith('.d.ts'),
    )) {
      const source = join(entry.parentPath, entry.name);
      const target = join(output, source.slice(ROOT.length));
      await mkdir(dirname(target), { recursive: true });
      if (!source.endsWith('.ts')) await copyFile(source, target);
      else await writeFile(target.replace(/ts$/, 'js'), await compiled(source));
    }
  }
  // For the packages, and for `"type": "module"`.
  for (const name of ['node_modules', 'package.json']) await symlink(join(ROOT, name), join(output, name));
  return output;
}

async function compiled(path: string): Promise<string> {
  const source = await readFile(path, 'utf8');
  return ts.transpileModule(source, { fileName: path, compilerOptions: COMPILER_OPTIONS }).outputText;
}
