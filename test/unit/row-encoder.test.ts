import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { RowEncoder, TextRow } from '../../src/export/formats/format.ts';
import { inHalves } from '../../src/export/in-halves.ts';
import { RowEncoderStream } from '../../src/export/row-encoder.ts';
import { splitRows } from '../../src/export/split-rows.ts';

/** Joins as the real encoders do, and fails as they do where the text is longer than a string can be. */
function encoderWithLimit(limit: number): RowEncoder {
  return {
    start: () => 'start,',
    batch(rows: readonly TextRow[]) {
      const text = rows.flat().join(',') + ',';
      if (text.length > limit) throw new RangeError('Invalid string length');
      return text;
    },
    end: () => 'end',
  };
}

const rows: TextRow[] = [['a'], ['bb'], ['ccc'], ['dddd'], ['eeeee']];

it('writes a batch that is too long for one string in parts, in order', async () => {
  const stream = new RowEncoderStream({ createEncoder: () => inHalves(encoderWithLimit(6)), maxRows: 100 });
  const written = buffer(stream);
  stream.end(rows);
  expect((await written).toString()).toBe('start,a,bb,ccc,dddd,eeeee,end');
  expect(stream.rowsWritten).toBe(5);
});

it('keeps each file of an archive whole where a batch is too long for one string', () => {
  const split = splitRows({
    createEncoder: () => inHalves(encoderWithLimit(6)),
    rowsPerFile: 2,
    entryOf: (file) => ({ entry: `${file}.txt` }),
  });
  const pieces = [split.start(), split.batch(rows), split.end()].flat();
  const text = pieces.map((piece) =>
    typeof piece === 'object' && 'entry' in piece ? `[${piece.entry}]` : piece,
  );
  expect(text.join('')).toBe('[1.txt]start,a,bb,end[2.txt]start,ccc,dddd,end[3.txt]start,eeeee,end');
});

it('fails, without ending the process, on a row that is too long by itself', async () => {
  const stream = new RowEncoderStream({ createEncoder: () => encoderWithLimit(5), maxRows: 100 });
  const written = buffer(stream);
  stream.end(rows);
  await expect(written).rejects.toMatchObject({ code: 'row_too_large', retryable: false });
});

describe('a transform', () => {
  const encoded = (transform: (row: TextRow) => TextRow) => {
    const stream = new RowEncoderStream({
      createEncoder: () => encoderWithLimit(100),
      maxRows: 100,
      transform,
    });
    const written = buffer(stream);
    stream.end(rows);
    return written;
  };

  it('changes each row before it is written', async () => {
    const upperCased = await encoded((row) => row.map((value) => value?.toUpperCase() ?? null));
    expect(upperCased.toString()).toBe('start,A,BB,CCC,DDDD,EEEEE,end');
  });

  it.each([
    ['makes a row of another width', () => ['two', 'values'], 'made 2 values of a row of 1'],
    [
      'throws',
      () => {
        throw new TypeError('undefined is not a function');
      },
      'failed on a row',
    ],
  ])('that %s ends the export, not the process', async (_what, transform, message) => {
    await expect(encoded(transform)).rejects.toMatchObject({
      code: 'bad_transform',
      message: expect.stringContaining(message) as string,
    });
  });
});
