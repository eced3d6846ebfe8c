import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError, messageOf } from '../errors.ts';
import type { Dataset } from './dataset.ts';
import { sourceName } from './sources.ts';

/** What may be exported, by name. */
export type DatasetRegistry = ReadonlyMap<string, Dataset>;

/**
 * Loads every `.ts` or `.js` file (`.mts`, `.mjs` too) of a folder; each exports one `dataset`.
 *
 * @param sources names of the databases that there are; left out, nobody is going to read any
 * @throws AppError `bad_dataset` with the file and the reason: nothing starts on half of the datasets
 */
export async function loadDatasets(directory: string, sources?: readonly string[]): Promise<DatasetRegistry> {
  const registry = new Map<string, Dataset>();
  for (const file of await datasetFiles(directory)) {
    const dataset = await loadDataset(join(directory, file), sources);
    if (registry.has(dataset.name)) {
      throw new AppError(
        'bad_dataset',
        `${join(directory, file)}: another file has a dataset named "${dataset.name}"`,
      );
    }
    registry.set(dataset.name, dataset);
  }
  if (registry.size === 0) {
    throw new AppError('bad_dataset', `${directory} holds no dataset. See docs/datasets.md.`);
  }
  return registry;
}

async function datasetFiles(directory: string): Promise<string[]> {
  try {
    const files = await readdir(directory);
    return files.filter((file) => /\.m?[jt]s$/.test(file) && !/\.d\.m?ts$/.test(file)).sort();
  } catch (error) {
    throw new AppError('bad_dataset', `The datasets folder cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function loadDataset(path: string, sources?: readonly string[]): Promise<Dataset> {
  try {
    const module = (await import(pathToFileURL(path).href)) as { dataset?: Dataset };
    if (module.dataset === undefined) throw new Error('it has no export named `dataset`');
    if (!Object.isFrozen(module.dataset)) throw new Error('its `dataset` was not made by defineDataset()');
    if (sources !== undefined) sourceName(module.dataset, sources);
    return module.dataset;
  } catch (error) {
    throw new AppError('bad_dataset', `${path}: ${messageOf(error)}`, { cause: error });
  }
}
