import { join } from 'node:path';
import { compileTree, ROOT } from '../../scripts/compile-tree.ts';

/** By the environment, since the processes of the tests are told by it too. */
const VARIABLE = 'ROWFERRY_TEST_TREE';
/** The program, and the datasets of the tests with what they import. */
const FOLDERS = ['src', 'datasets', 'test/support', 'test/faults/datasets'];

/** Compiles the program into this new folder, for all processes that this one starts. */
export async function compileProgram(output: string): Promise<void> {
  await compileTree(output, FOLDERS);
  process.env[VARIABLE] = output;
}

/** The compiled program's entry; undefined where none was compiled. */
export function compiledProgram(): string | undefined {
  const tree = process.env[VARIABLE];
  return tree === undefined ? undefined : join(tree, 'src/main.js');
}

/** What this file or folder of the project is in the compiled tree; anything outside of the project is itself. */
export function compiledPath(path: string): string {
  const tree = process.env[VARIABLE];
  return tree !== undefined && path.startsWith(ROOT) ? join(tree, path.slice(ROOT.length)) : path;
}
