import { Writable } from 'node:stream';
import type { TextRow } from './formats/format.ts';

/**
 * Hands each batch of rows to several encoders. The next one is taken only when all have room for it, so the slowest holds
 * the pass, and no more than a batch waits in front of any. An encoder that was destroyed never has room again: whoever
 * joins the streams ends all of them then.
 */
export class RowFanOut extends Writable {
  readonly #encoders: readonly Writable[];

  constructor(encoders: readonly Writable[]) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#encoders = encoders;
  }

  override _write(rows: readonly TextRow[], _encoding: BufferEncoding, callback: () => void): void {
    const full = this.#encoders.filter((encoder) => !encoder.write(rows));
    let waiting = full.length;
    if (waiting === 0) return callback();
    for (const encoder of full) encoder.once('drain', () => --waiting === 0 && callback());
  }

  override _final(callback: () => void): void {
    for (const encoder of this.#encoders) encoder.end();
    callback();
  }
}
