import { readFileSync } from 'node:fs';
import type { CsvKernel, KernelFactory } from './kernel.ts';
import { OUTPUT_WINDOWS } from './kernel.ts';

const PAGE_BYTES = 64 * 1024;
/** Whole blocks of SIMD are read and written where only a part of one counts. */
const SPARE_BYTES = 16;

/** What assembly/csv-kernel.ts exports; the arguments are addresses in the memory. */
interface Exports {
  encodeRows(input: number, inputEnd: number, output: number): number;
  doubleQuotes(input: number, inputEnd: number, output: number): void;
  written: { readonly value: number };
  rows: { readonly value: number };
}

/** The kernel as WebAssembly, or undefined where it was not built or cannot run (a machine without SIMD). */
export function loadWasmKernel(
  file = new URL('./csv-kernel.wasm', import.meta.url),
): KernelFactory | undefined {
  try {
    const module = new WebAssembly.Module(readFileSync(file));
    return (windowBytes) => new WasmKernel(module, windowBytes);
  } catch {
    return undefined;
  }
}

class WasmKernel implements CsvKernel {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  readonly #exports: Exports;

  constructor(module: WebAssembly.Module, windowBytes: number) {
    const output = windowBytes + SPARE_BYTES;
    const end = output + OUTPUT_WINDOWS * windowBytes + SPARE_BYTES;
    const memory = new WebAssembly.Memory({ initial: Math.ceil(end / PAGE_BYTES) });
    this.#exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
    this.input = new Uint8Array(memory.buffer, 0, windowBytes);
    this.output = new Uint8Array(memory.buffer, output, OUTPUT_WINDOWS * windowBytes);
  }

  get written(): number {
    return this.#exports.written.value;
  }

  get rows(): number {
    return this.#exports.rows.value;
  }

  encodeRows(inputEnd: number, outputStart: number): number {
    return this.#exports.encodeRows(0, inputEnd, this.output.byteOffset + outputStart);
  }

  doubleQuotes(inputEnd: number): void {
    this.#exports.doubleQuotes(0, inputEnd, this.output.byteOffset);
  }
}
