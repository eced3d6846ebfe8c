import { csv } from './csv.ts';
import type { FileFormat, FileFormatName, Format, FormatName } from './format.ts';
import { json, ndjson } from './json.ts';
import { parquet } from './parquet/parquet.ts';
import { tsv } from './tsv.ts';
import { xlsx } from './xlsx/xlsx.ts';
import { zip } from './zip.ts';

export const formats: Readonly<Record<FormatName, Format>> = { csv, tsv, ndjson, json, xlsx, parquet };

export const fileFormats: Readonly<Record<FileFormatName, FileFormat>> = { ...formats, zip };
