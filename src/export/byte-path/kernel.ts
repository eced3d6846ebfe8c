/**
 * Turns DataRow messages of PostgreSQL's protocol into CSV lines, byte by byte: the inner loop of the byte path. It has
 * two windows of memory; the caller fills `input`, calls, and takes the result from `output`.
 */
export interface CsvKernel {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  /** Bytes of output that the last call wrote. */
  readonly written: number;
  /** Rows that the last `encodeRows` wrote. */
  readonly rows: number;
  /**
   * Encodes the whole DataRow messages at the start of `input[0 … inputEnd]` to lines at `output[outputStart …]`, and
   * stops at the first message that is another or not whole. Returns the bytes of input it took, or -1 when a message
   * contradicts itself. Writes at most twice `inputEnd` bytes.
   */
  encodeRows(inputEnd: number, outputStart: number): number;
  /** Copies `input[0 … inputEnd]` to `output[0 …]` and doubles the quotes in it. */
  doubleQuotes(inputEnd: number): void;
}

/** Makes a kernel whose input window takes `windowBytes`, and its output window three times that. */
export type KernelFactory = (windowBytes: number) => CsvKernel;

export const OUTPUT_WINDOWS = 3;
