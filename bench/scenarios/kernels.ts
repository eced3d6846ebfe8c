import { JsKernel } from '../../src/export/byte-path/js-kernel.ts';
import type { CsvKernel } from '../../src/export/byte-path/kernel.ts';
import { MessageEncoder } from '../../src/export/byte-path/message-encoder.ts';
import { loadWasmKernel } from '../../src/export/byte-path/wasm-kernel.ts';
import { NO_OPTIONS, resolveOptions } from '../../src/export/export-options.ts';
import { delimitedEncoder } from '../../src/export/formats/delimited.ts';
import type { TextRow } from '../../src/export/formats/format.ts';
import { median } from '../service/percentiles.ts';
import type { BenchContext, Scenario, ScenarioResult } from '../scenario.ts';

const WINDOW_BYTES = 256 * 1024;
const PIECE_BYTES = 64 * 1024;
const ROWS = 50_000;
const PASSES = 10;

/** The inner loop by itself: what WebAssembly saves, and what the way of rows pays after pg has made its strings. */
export const kernels: Scenario = {
  name: 'kernels',
  title: 'The inner loop alone, diary rows in memory',
  run: (context) => Promise.resolve(compare(context)),
};

function compare({ rounds }: BenchContext): ScenarioResult {
  const rows = Array.from({ length: ROWS }, (_, index) => diaryRow(index));
  const messages = Buffer.concat(rows.map(dataRow));
  const wasm = loadWasmKernel();
  const encoder = delimitedEncoder({
    columns: [],
    settings: resolveOptions(NO_OPTIONS),
    title: '',
    rowGroupBytes: 1,
  });
  const contenders = new Map<string, () => void>([
    ['JavaScript kernel', () => encodeAll(new JsKernel(WINDOW_BYTES), messages)],
    ...(wasm === undefined
      ? []
      : [['WebAssembly kernel', () => encodeAll(wasm(WINDOW_BYTES), messages)] as const]),
    ['fast-csv on strings', () => encodeStrings(rows, (batch) => encoder.batch(batch))],
  ]);
  const seconds = new Map([...contenders.keys()].map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, encode] of contenders) {
      const taken = cpuSeconds(() => {
        for (let pass = 0; pass < PASSES; pass++) encode();
      });
      // The first round only warms up.
      if (round > 0) seconds.get(name)?.push((taken * 1_000_000) / (ROWS * PASSES));
    }
  }
  const measurements = [...seconds].map(([name, taken]) => ({
    name,
    figures: { cpuSecondsPerMillionRows: median(taken) },
  }));
  const missing = wasm === undefined ? ['csv-kernel.wasm is not built.'] : [];
  return { measurements, ratios: {}, remarks: missing };
}

function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** In pieces as a socket reads them. */
function encodeAll(kernel: CsvKernel, messages: Buffer): void {
  const encoder = new MessageEncoder(kernel, {
    maxFieldBytes: Infinity,
    columnNames: [],
    onMessage: () => undefined,
  });
  for (let at = 0; at < messages.length; at += PIECE_BYTES) {
    const encoded = encoder.encode(messages.subarray(at, at + PIECE_BYTES));
    while (encoded.next().done !== true);
  }
}

function encodeStrings(rows: readonly TextRow[], encode: (batch: readonly TextRow[]) => string): void {
  for (let at = 0; at < rows.length; at += 1000) Buffer.from(encode(rows.slice(at, at + 1000)));
}

function diaryRow(index: number): TextRow {
  const comment =
    index % 3 === 0 ? null : `Seen ${index % 5} times${index % 11 === 0 ? ', "still" good' : ''}`;
  const watchedAt = new Date(1_600_000_000_000 + index * 3_600_000).toISOString();
  return [
    `Film ${index % 9000}`,
    String(1920 + (index % 100)),
    `Director ${index % 700}`,
    '4.5',
    comment,
    watchedAt,
    `tt${index}`,
  ];
}

function dataRow(row: TextRow): Buffer {
  const fields = row.map((value) => {
    const bytes = Buffer.from(value ?? '');
    const length = Buffer.alloc(4);
    length.writeInt32BE(value === null ? -1 : bytes.length);
    return Buffer.concat([length, bytes]);
  });
  const body = Buffer.concat(fields);
  const head = Buffer.from('D\0\0\0\0\0\0');
  head.writeInt32BE(6 + body.length, 1);
  head.writeInt16BE(row.length, 5);
  return Buffer.concat([head, body]);
}
