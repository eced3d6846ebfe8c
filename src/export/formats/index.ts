import { csv } from './csv.ts';
import type { Format, FormatName } from './format.ts';
import { json } from './json.ts';

export const formats: Readonly<Record<FormatName, Format>> = { csv, json };
