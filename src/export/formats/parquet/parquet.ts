import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { EncoderInput, Format, Piece, RowEncoder, TextRow } from '../format.ts';
import { ParquetColumn } from './parquet-column.ts';
import { declaredField } from './parquet-type.ts';

/** What a value costs beside its text, about. */
const BYTES_PER_VALUE = 16;

/** Apache Parquet with the types of PostgreSQL. docs/formats.md says what becomes of which value. */
export const parquet: Format<readonly Piece[]> = {
  name: 'parquet',
  extension: 'parquet',
  contentType: 'application/vnd.apache.parquet',
  text: false,
  archive: false,
  bytesPerCsvByte: 0.5,
  options: ['preset', 'columns', 'sort', 'since', 'rowsPerFile'],
  createEncoder: (input) => new ParquetEncoder(input),
};

/** Holds the rows of one row group, which is bounded by bytes, and the places of those that are written. */
class ParquetEncoder implements RowEncoder<readonly Piece[]> {
  readonly #columns: readonly ParquetColumn[];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  readonly #rowGroupBytes: number;
  #groupBytes = 0;

  constructor({ columns, fields, rowGroupBytes }: EncoderInput) {
    this.#rowGroupBytes = rowGroupBytes;
    this.#columns = columns.map(
      (column, index) => new ParquetColumn(column, fields?.[index] ?? declaredField(column.type)),
    );
    const schema = [
      { name: 'root', num_children: columns.length },
      ...this.#columns.flatMap((column) => column.schema),
    ];
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema, createdBy: 'rowferry' });
  }

  start(): readonly Piece[] {
    return [this.#takeBytes()];
  }

  batch(rows: readonly TextRow[]): readonly Piece[] {
    const pieces: Piece[] = [];
    for (const row of rows) {
      this.#columns.forEach((column, index) => {
        const value = row[index] ?? null;
        column.add(value);
        this.#groupBytes += BYTES_PER_VALUE + (value?.length ?? 0);
      });
      if (this.#groupBytes >= this.#rowGroupBytes) pieces.push(this.#writeGroup());
    }
    return pieces;
  }

  end(): readonly Piece[] {
    const last = this.#groupBytes > 0 ? [this.#writeGroup()] : [];
    // Only now: by the older mark that readers know JSON by, the writer would parse values and print them again.
    this.#writer.schema = this.#writer.schema.map((element) =>
      element.logical_type?.type === 'JSON' ? { ...element, converted_type: 'JSON' } : element,
    );
    void this.#writer.finish();
    return [...last, this.#takeBytes()];
  }

  #writeGroup(): Uint8Array {
    const columnData = this.#columns.map((column) => column.take());
    // Without a promise: the writer has nothing to wait for.
    void this.#writer.write({ columnData, rowGroupSize: Infinity });
    this.#groupBytes = 0;
    return this.#takeBytes();
  }

  /** What is written goes out; the writer counts on from there. */
  #takeBytes(): Uint8Array {
    const taken = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return taken;
  }
}
