import { AppError } from '../errors.ts';
import type { Dataset } from './dataset.ts';

/** Connection strings of the databases that are exported from, by name. */
export type Sources = Readonly<Record<string, string>> & { readonly default: string };

type Sourced = Pick<Dataset, 'name' | 'source'>;

/** Connection string of the database that a dataset reads. @throws AppError `bad_dataset` */
export function sourceOf(sources: Sources, dataset: Sourced): string {
  const source = sourceName(dataset, Object.keys(sources));
  return sources[source] ?? sources.default;
}

/** Name of the source that a dataset reads. @throws AppError `bad_dataset` where it is none of these */
export function sourceName({ name, source = 'default' }: Sourced, known: readonly string[]): string {
  if (known.includes(source)) return source;
  throw new AppError(
    'bad_dataset',
    `Dataset "${name}" reads the source "${source}", and there is none of that name. ` +
      `Set ${sourceSetting(source)}, or name one of: ${known.join(', ')}.`,
  );
}

/** Name of the setting that holds the address of a source. */
export function sourceSetting(source: string): string {
  if (source === 'default') return 'SOURCE_DATABASE_URL';
  return `SOURCE_${source.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`;
}
