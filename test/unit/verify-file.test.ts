import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signManifest } from '../../src/manifest/signed-manifest.ts';
import { createSigningKeys, readPrivateKey, readPublicKey } from '../../src/manifest/signing-keys.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import type { Check } from '../../src/verify/verify-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rowferry-verify-'));
});
afterAll(() => rm(folder, { recursive: true }));

const { privateKey, publicKey } = createSigningKeys();
const column = (name: string, type: string, masked = false) => ({ name, type, masked });
const columns = [column('title', 'text'), column('year', 'integer'), column('seen', 'date')];

/** The check of the rows of a file that is what its manifest says in bytes, and of which so many rows are claimed. */
async function check(...[content, rows, about]: Parameters<typeof allChecks>) {
  const checks = await allChecks(content, rows, about);
  expect(checks.slice(0, 3).map(({ name, result }) => `${name} ${result}`)).toEqual([
    'signature right',
    'size right',
    'SHA-256 right',
  ]);
  return checks[3];
}

async function allChecks(
  content: Buffer | string,
  rows: number,
  about: {
    format?: string;
    compression?: string;
    options?: Record<string, unknown>;
    columns?: typeof columns;
    /** What the manifest says which key it was. */
    keyId?: string;
  } = {},
) {
  const path = join(folder, createHash('sha256').update(content).digest('hex'));
  await writeFile(path, content);
  const { format = 'csv', compression = 'none' } = about;
  const document = signManifest(
    {
      version: 1,
      generator: { name: 'rowferry', version: '0.0.0' },
      exportId: '48c6a37f-0d6c-4a39-9d5c-0a6b8f5a2c11',
      attempt: 1,
      tenant: 'default',
      subject: '1',
      dataset: { name: 'diary', schema: 'x' },
      params: {},
      format,
      options: { compression, ...about.options },
      columns: about.columns ?? columns,
      snapshot: { takenAt: '2026-11-22T11:35:21.120417Z', id: '1:1:' },
      file: {
        name: 'diary.csv',
        contentType: 'text/csv',
        formulaGuard: 'none',
        rows,
        bytes: Buffer.byteLength(content),
        sha256: createHash('sha256').update(content).digest('hex'),
      },
    },
    readPrivateKey(privateKey),
  );
  if (about.keyId !== undefined && document.signature !== null) document.signature.keyId = about.keyId;
  const checks: Check[] = [];
  for await (const one of verifyFile(path, document, readPublicKey(publicKey))) checks.push(one);
  return checks;
}

const csv = 'title,year,seen\n"Alien, ""1""\nand 2",1979,2026-11-20\n,,\nRan,1985,infinity\n';
const json =
  '[\n{"title":"Alien","year":1979,"seen":"2026-11-20"},\n{"title":null,"year":null,"seen":null}\n]\n';

it.each<[string, Buffer | string, number, Parameters<typeof check>[2]]>([
  ['a CSV with line breaks, quotation marks and NULL', csv, 3, {}],
  ['a CSV of no rows', 'title,year,seen\n', 0, {}],
  ['a CSV of one column with NULL', 'title\n\nRan\n', 2, { columns: [column('title', 'text')] }],
  ['a packed CSV', gzipSync(csv), 3, { compression: 'gzip' }],
  ['a CSV of rows in another order', csv, 3, { options: { sort: ['-seen'] } }],
  ['a JSON', json, 2, { format: 'json' }],
  ['a TSV', csv.replaceAll(',', '\t').replace('Alien\t', 'Alien,'), 3, { format: 'tsv' }],
  ['an NDJSON', json.slice(2, -2).replace('},', '}'), 2, { format: 'ndjson' }],
  ['a JSON of no rows', '[]\n', 0, { format: 'json' }],
  ['a CSV that begins as a zip does', 'PK\n1\n', 1, { columns: [column('PK', 'integer')] }],
  ['a CSV that begins as Parquet does', 'PAR1\n1\n', 1, { columns: [column('PAR1', 'integer')] }],
  [
    'a TSV that begins as a PDF does',
    '%PDF\n1\n',
    1,
    { format: 'tsv', columns: [column('%PDF', 'integer')] },
  ],
  ['masks, which may be of any type', 'year\n***\n', 1, { columns: [column('year', 'integer', true)] }],
])('finds nothing in %s', async (_what, content, rows, about) => {
  expect(await check(content, rows, about)).toMatchObject({ name: 'rows', result: 'right' });
});

it.each<[string, Buffer | string, Parameters<typeof check>[2]]>([
  ['line 4 column "year" has "soon", which is no integer', csv.replace(',,', ',soon,'), {}],
  ['line 5 column "seen" has "1985-1-1", which is no date', csv.replace('infinity', '1985-1-1'), {}],
  ['line 2: it has 4 fields, and the header has 3', csv.replace('1979', '1979,1980'), {}],
  ['line 6: it has 1 fields, and the header has 3', `${csv}\n`, {}],
  ['line 1 is not the header title,year,seen', csv.replace('year', 'Year'), {}],
  ['it is empty', '', {}],
  ['line 2: a quote stands where none may be; inside of quotes it is doubled', csv.replace('""1', '"1'), {}],
  ['2; there were 3', csv.replace('Ran,1985,infinity\n', ''), {}],
  [
    'line 3: it is not JSON, or it has a key twice',
    json.replace('"title":null', '"title":nul'),
    { format: 'json' },
  ],
  [
    'line 2 has the keys title, seen; the columns are title, year, seen',
    json.replace('"year":1979,', ''),
    { format: 'json' },
  ],
  [
    'line 2 column "year" has "MCMLXXIX", which is no integer',
    json.replace('1979', '"MCMLXXIX"'),
    { format: 'json' },
  ],
  ['line 4: it ends in the middle of its array', json.replace(']\n', ''), { format: 'json' }],
  ['line 5: it has to be one JSON array of objects', `${json}{}\n`, { format: 'json' }],
  ['line 2: it is no object', '{"title":null,"year":1,"seen":null}\n[]\n', { format: 'ndjson' }],
  ['it is a gzip file that is damaged or cut short', gzipSync(csv).subarray(0, 40), { compression: 'gzip' }],
  [
    'something stands behind the end of the gzip file',
    Buffer.concat([gzipSync(csv), Buffer.alloc(4)]),
    { compression: 'gzip' },
  ],
])('says: %s', async (text, content, about) => {
  expect(await check(content, 3, about)).toEqual({ name: 'rows', result: 'wrong', text });
});

it('names the key that it was checked with: what the manifest calls it is not signed', async () => {
  const [signature] = await allChecks(csv, 3);
  const [renamed] = await allChecks(csv, 3, { keyId: '0123456789abcdef' });
  expect(renamed).toEqual(signature);
});

it('says so where it does not know the format or the options', async () => {
  expect(await check('a', 3, { format: 'arrow' })).toMatchObject({ result: 'unknown' });
  expect(await check(csv, 3, { options: { rot13: true } })).toMatchObject({ result: 'unknown' });
});
