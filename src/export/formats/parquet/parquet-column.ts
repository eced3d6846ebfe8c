import type { ColumnSource, SchemaElement } from 'hyparquet-writer';
import { parse as parseArray } from 'postgres-array';
import { AppError } from '../../../errors.ts';
import type { Column } from '../../column.ts';
import type { SourceField } from '../format.ts';
import { elementField, parquetType } from './parquet-type.ts';
import type { Convert } from './parquet-type.ts';

/** One column of a Parquet file: its place in the schema, and its values until they are written. */
export class ParquetColumn {
  readonly schema: readonly SchemaElement[];
  readonly #name: string;
  readonly #convert: Convert;
  readonly #statistics: boolean;
  #values: unknown[] = [];

  constructor({ name }: Column, field: SourceField) {
    const inArray = elementField(field);
    const { element, convert, statistics } = parquetType(inArray ?? field);
    this.#name = name;
    this.#statistics = statistics;
    if (inArray === undefined) {
      this.schema = [{ name, repetition_type: 'OPTIONAL', ...element }];
      this.#convert = convert;
    } else {
      this.schema = [
        { name, repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', repetition_type: 'OPTIONAL', ...element },
      ];
      this.#convert = listOf(convert);
    }
  }

  /** @throws AppError `value_unrepresentable` */
  add(value: string | null): void {
    if (value === null) {
      this.#values.push(null);
      return;
    }
    const converted = this.#convert(value);
    if (converted === undefined) throw unrepresentable(this.#name, value);
    this.#values.push(converted);
  }

  /** The values that were added since the last call. */
  take(): ColumnSource {
    const data = this.#values;
    this.#values = [];
    return { name: this.#name, data, statistics: this.#statistics, offsetIndex: false };
  }
}

/** Of an array with one dimension that counts from 1: PostgreSQL's others have no place in a list. */
function listOf(convert: Convert): Convert {
  return (value) => {
    if (!value.startsWith('{') || value.startsWith('{{')) return undefined;
    const lost: string[] = [];
    const list = parseArray(value, (text) => {
      const converted = convert(text);
      if (converted === undefined) lost.push(text);
      return converted;
    });
    return lost.length === 0 ? list : undefined;
  };
}

function unrepresentable(column: string, value: string): AppError {
  const message =
    `The column "${column}" has a value that its type in Parquet cannot hold, such as NaN, infinity, too many digits ` +
    'or an array of arrays (docs/formats.md). Take another format, leave the column out, or cast it in the dataset.';
  // Not in the message: it is somebody’s data.
  return new AppError('value_unrepresentable', message, { details: { column, characters: value.length } });
}
