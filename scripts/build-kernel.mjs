// Compiles the byte path's kernel from AssemblyScript to WebAssembly, where it is missing or older than its source.
// Without the compiler (an installation without development packages) it does nothing: the program then uses the same
// kernel in JavaScript.
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/export/byte-path/', import.meta.url));
const source = `${folder}assembly/csv-kernel.ts`;
const target = `${folder}csv-kernel.wasm`;

const isFresh = existsSync(target) && statSync(target).mtimeMs >= statSync(source).mtimeMs;
if (existsSync(source) && !isFresh) await build();

async function build() {
  let asc;
  try {
    asc = await import('assemblyscript/asc');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    console.error('assemblyscript is not installed: the CSV kernel stays JavaScript.');
    return;
  }
  // No runtime and no memory of its own: it works in the windows it is given.
  const options = [
    '--runtime',
    'stub',
    '--enable',
    'simd',
    '-O3',
    '--noAssert',
    '--importMemory',
    '--initialMemory',
    '0',
  ];
  const { error, stderr } = await asc.main([source, '--outFile', target, ...options]);
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
}
