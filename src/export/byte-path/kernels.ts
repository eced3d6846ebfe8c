import { JsKernel } from './js-kernel.ts';
import type { CsvKernel } from './kernel.ts';
import { loadWasmKernel } from './wasm-kernel.ts';

/** Bytes of input a kernel takes at once: a few reads of a socket. A message that is larger goes round it. */
const WINDOW_BYTES = 256 * 1024;

const wasm = loadWasmKernel();
/** WebAssembly reserves gigabytes of addresses for each memory, so kernels are used again; never more than ran at once. */
const idle: CsvKernel[] = [];

/** Which kernel this process uses: WebAssembly where it was built and can run, JavaScript otherwise. */
export const kernelName = wasm === undefined ? 'JavaScript' : 'WebAssembly';

/** A kernel for one export; hand it back by {@link returnKernel}. */
export function borrowKernel(): CsvKernel {
  return idle.pop() ?? wasm?.(WINDOW_BYTES) ?? new JsKernel(WINDOW_BYTES);
}

export function returnKernel(kernel: CsvKernel): void {
  idle.push(kernel);
}
