import { badFile } from './bad-file.ts';
import { shown } from './shown.ts';

/** @throws AppError `bad_import_file` where a name is there twice */
export function checkNames(names: readonly string[]): void {
  // A header may be as long as a row: each name is looked up, not searched for.
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw badFile(`its header has ${shown(twice)} twice`, { line: 1 });
}

/** @throws AppError `bad_import_file` where a part of a file does not go on with the columns of the first */
export function checkSameNames(
  names: readonly string[] | undefined,
  first: readonly string[] | undefined,
): void {
  const same =
    names?.length === first?.length && (names ?? []).every((name, index) => name === first?.[index]);
  if (!same) throw badFile('it has other columns than what comes before it; bring it in by itself');
}
