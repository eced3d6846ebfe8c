import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileTree } from '../../../scripts/compile-tree.ts';

let tree: Promise<string> | undefined;

/** A folder with `src`, `bench` and `datasets` compiled: what is measured must not carry a TypeScript loader. */
export function compiledTree(): Promise<string> {
  return (tree ??= compile());
}

async function compile(): Promise<string> {
  const output = join(tmpdir(), 'compiled');
  await compileTree(output, ['src', 'bench', 'datasets']);
  return output;
}
