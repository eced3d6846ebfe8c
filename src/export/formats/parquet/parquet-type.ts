import type { SchemaElement } from 'hyparquet-writer';
import type { ColumnType } from '../../column.ts';
import type { SourceField } from '../format.ts';
import { boolean, bytes, day, decimal, int4, int8, json, moment, real, text, uuid } from './parquet-value.ts';

/** What Parquet can hold of one value; undefined for what it has none for, so that nothing is altered in silence. */
export type Convert = (value: string) => unknown;

export interface ParquetType {
  element: Omit<SchemaElement, 'name' | 'repetition_type'>;
  convert: Convert;
  /** Least and greatest value of each row group, for readers that skip groups. Not of what can be long: the file's index would be. */
  statistics: boolean;
}

/** OIDs of PostgreSQL's built-in types; they are the same on every server. */
const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  uuid: 2950,
  jsonb: 3802,
} as const;

/** Of an array, the type of its elements. */
const elementOids: Readonly<Record<number, number>> = {
  199: OID.json,
  1000: OID.bool,
  1001: OID.bytea,
  1005: OID.int2,
  1007: OID.int4,
  1009: OID.text,
  1014: OID.bpchar,
  1015: OID.varchar,
  1016: OID.int8,
  1021: OID.float4,
  1022: OID.float8,
  1028: OID.oid,
  1115: OID.timestamp,
  1182: OID.date,
  1185: OID.timestamptz,
  1231: OID.numeric,
  2951: OID.uuid,
  3807: OID.jsonb,
};

/** Digits of a decimal that readers take. */
const MAX_PRECISION = 38;
/** Of a numeric that PostgreSQL does not bound: 20 digits before the point, as many behind it as others give it. */
const UNBOUNDED = { precision: MAX_PRECISION, scale: 18 };

/** Type of a column whose text a transform may have changed: by what the dataset declares. */
const declaredOids: Readonly<Record<ColumnType, number>> = {
  text: OID.text,
  integer: OID.int8,
  number: OID.numeric,
  boolean: OID.bool,
  date: OID.date,
  timestamp: OID.timestamptz,
};

export function declaredField(type: ColumnType): SourceField {
  return { dataTypeID: declaredOids[type], dataTypeModifier: -1 };
}

/** Element type of an array; undefined for what is none. */
export function elementField({ dataTypeID, dataTypeModifier }: SourceField): SourceField | undefined {
  const oid = elementOids[dataTypeID];
  return oid === undefined ? undefined : { dataTypeID: oid, dataTypeModifier };
}

/** Everything that is not known here is text, as PostgreSQL writes it. */
export function parquetType({ dataTypeID, dataTypeModifier }: SourceField): ParquetType {
  switch (dataTypeID) {
    case OID.bool:
      return { element: { type: 'BOOLEAN' }, convert: boolean, statistics: true };
    case OID.int2:
    case OID.int4:
      return { element: { type: 'INT32' }, convert: int4, statistics: true };
    case OID.int8:
    case OID.oid:
      return { element: { type: 'INT64' }, convert: int8, statistics: true };
    case OID.float4:
      return { element: { type: 'FLOAT' }, convert: real, statistics: true };
    case OID.float8:
      return { element: { type: 'DOUBLE' }, convert: real, statistics: true };
    case OID.date:
      return { element: { type: 'INT32', converted_type: 'DATE' }, convert: day, statistics: true };
    case OID.timestamp:
      return { element: timeElement(false), convert: moment, statistics: true };
    case OID.timestamptz:
      return { element: timeElement(true), convert: moment, statistics: true };
    case OID.uuid:
      return {
        element: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' } },
        convert: uuid,
        statistics: false,
      };
    case OID.bytea:
      return { element: { type: 'BYTE_ARRAY' }, convert: bytes, statistics: false };
    case OID.json:
    case OID.jsonb:
      return {
        element: { type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } },
        convert: json,
        statistics: false,
      };
    case OID.numeric:
      return numericType(dataTypeModifier);
    default:
      return textType;
  }
}

const textType: ParquetType = {
  element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  convert: text,
  statistics: false,
};

function timeElement(isAdjustedToUTC: boolean): ParquetType['element'] {
  return { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' } };
}

function numericType(modifier: number): ParquetType {
  const digits = modifier < 0 ? UNBOUNDED : declaredDigits(modifier);
  if (digits.precision > MAX_PRECISION) return textType;
  return {
    element: { ...decimalStorage(digits.precision), converted_type: 'DECIMAL', ...digits },
    convert: decimal(digits),
    statistics: true,
  };
}

/** PostgreSQL counts the header of a value in: 4. A negative scale rounds before the point, and has to have the digits. */
function declaredDigits(modifier: number): { precision: number; scale: number } {
  const precision = ((modifier - 4) >> 16) & 0xffff;
  const scale = (((modifier - 4) & 0x7ff) ^ 0x400) - 0x400;
  return scale < 0
    ? { precision: precision - scale, scale: 0 }
    : { precision: Math.max(precision, scale), scale };
}

function decimalStorage(precision: number): Pick<SchemaElement, 'type' | 'type_length'> {
  if (precision <= 9) return { type: 'INT32' };
  if (precision <= 18) return { type: 'INT64' };
  return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 };
}
