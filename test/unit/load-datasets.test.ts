import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDatasets } from '../../src/export/load-datasets.ts';

const source = (path: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../..', path)).href);
const imports = `
  import { z } from ${source('node_modules/zod/index.js')};
  import { defineDataset } from ${source('src/export/dataset.ts')};
`;
const declaration = (name: string) => `{
  name: '${name}', title: 'Films', description: 'All films.', roles: ['admin'], params: z.object({}), formats: ['csv'],
  columns: [{ name: 'title', type: 'text', description: 'Title.' }],
  query: () => ({ text: 'select title from films', values: [] }),
}`;
const datasetFile = (name: string) =>
  `${imports} export const dataset = defineDataset(${declaration(name)});`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowferry-datasets-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (file: string, text: string) => writeFile(join(directory, file), text);

/** Adds one file beside a good one, and expects that nothing is loaded and that the file and the reason are named. */
async function expectRefusal(file: string, text: string, reason: string | RegExp): Promise<void> {
  await write('films.ts', datasetFile('films'));
  await write(file, text);
  const loading = loadDatasets(directory);
  await expect(loading).rejects.toMatchObject({ name: 'AppError', code: 'bad_dataset' });
  await expect(loading).rejects.toThrow(join(directory, file));
  await expect(loading).rejects.toThrow(reason);
}

describe('loadDatasets', () => {
  it('loads every .ts, .mts, .js and .mjs file, by the name of its dataset', async () => {
    await write('b.ts', datasetFile('films'));
    await write('a.js', datasetFile('people'));
    await write('c.mts', datasetFile('cinemas'));
    await write('d.mjs', datasetFile('directors'));
    await write('a.d.ts', 'throw new Error("declarations are not loaded");');
    await write('a.d.mts', 'throw new Error("declarations are not loaded");');
    await write('README.md', '# not a dataset');
    const datasets = await loadDatasets(directory);
    expect([...datasets.keys()]).toEqual(['people', 'films', 'cinemas', 'directors']);
    expect(datasets.get('films')?.query({}, { orderBy: '' })).toEqual({
      text: 'select title from films',
      values: [],
    });
  });

  it('loads those of this project', async () => {
    const datasets = await loadDatasets(join(import.meta.dirname, '../../datasets'));
    expect(datasets.get('diary')).toMatchObject({ name: 'diary', subjectParam: 'userId' });
  });

  it('stops at a dataset that reads a source that is not there, and says what to set', async () => {
    await write(
      'films.ts',
      datasetFile('films').replace("name: 'films'", "name: 'films', source: 'my-replica'"),
    );
    expect((await loadDatasets(directory, ['default', 'my-replica'])).size).toBe(1);
    const loading = loadDatasets(directory, ['default', 'other']);
    await expect(loading).rejects.toMatchObject({ name: 'AppError', code: 'bad_dataset' });
    await expect(loading).rejects.toThrow(
      /films\.ts: Dataset "films" reads the source "my-replica".* Set SOURCE_MY_REPLICA_DATABASE_URL, or name one of: default, other\./,
    );
  });

  it('stops at a file without an export named dataset', async () => {
    await expectRefusal('broken.ts', 'export const diary = {};', 'it has no export named `dataset`');
  });

  it('stops at a dataset that defineDataset() did not make', async () => {
    const text = `${imports} export const dataset = ${declaration('people')};`;
    await expectRefusal('broken.ts', text, 'its `dataset` was not made by defineDataset()');
  });

  it('stops at a file that throws', async () => {
    await expectRefusal('broken.ts', 'throw new Error("the moon is out");', 'the moon is out');
  });

  it('stops at a file that does not compile', async () => {
    await expectRefusal('broken.ts', 'export const = ;', /broken\.ts: ./);
  });

  it('stops at a file that imports what is not there', async () => {
    await expectRefusal('broken.ts', 'import "./nowhere.ts"; export const dataset = {};', 'nowhere');
  });

  it('stops at a dataset that defineDataset() refuses', async () => {
    await expectRefusal('broken.ts', datasetFile('Not A Name'), 'Dataset "Not A Name" is not usable: name: ');
  });

  it('stops at a second dataset of the same name', async () => {
    await expectRefusal('second.ts', datasetFile('films'), 'another file has a dataset named "films"');
  });

  it('stops at a folder with no dataset, and says where to read on', async () => {
    const loading = loadDatasets(directory);
    await expect(loading).rejects.toMatchObject({ code: 'bad_dataset' });
    await expect(loading).rejects.toThrow(`${directory} holds no dataset. See docs/datasets.md.`);
  });

  it('stops at a folder that is not there', async () => {
    const missing = join(directory, 'missing');
    const loading = loadDatasets(missing);
    await expect(loading).rejects.toMatchObject({ code: 'bad_dataset' });
    await expect(loading).rejects.toThrow(/cannot be read.*missing/);
  });
});
