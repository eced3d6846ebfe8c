import { AppError } from '../errors.ts';
import { canonicalOptions, exportOptions } from '../export/export-options.ts';
import type { ExportOptions } from '../export/export-options.ts';
import { nameAndValue } from './name-value.ts';

/**
 * What was typed as `--option name=value` and `--compression`: `columns=title,year`, `sort=-rating,title`, `quoteAll=true`, `rowsPerFile=50000`.
 *
 * @throws AppError `bad_option` that says what there is
 */
export function typedOptions(pairs: readonly string[], compression: string): ExportOptions {
  const given = pairs.map(nameAndValue).map(([name, value]) => [name, valueOf(name, value)] as const);
  const parsed = exportOptions.safeParse({ compression, ...Object.fromEntries(given) });
  if (parsed.success) return canonicalOptions(parsed.data);
  const faults = parsed.error.issues.map(({ path, message }) => `  --option ${path.join('.')}: ${message}`);
  const known = Object.keys(exportOptions.shape).join(', ');
  throw new AppError('bad_option', `The options do not fit (there are: ${known}):\n${faults.join('\n')}`);
}

/** `--since last` is one of the options, with a flag of its own. */
export function withSince(pairs: readonly string[], since: string | undefined): string[] {
  return since === undefined ? [...pairs] : [...pairs, `since=${since}`];
}

function valueOf(name: string, value: string): unknown {
  if (name === 'columns' || name === 'sort') return value.split(',');
  if (name === 'rowsPerFile') return Number(value);
  if (value === 'true' || value === 'false') return value === 'true';
  return value;
}
