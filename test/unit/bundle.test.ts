// What a bundle may hold, and the page in it.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkFile } from '../../src/api/export-access.ts';
import { defineBundle } from '../../src/export/bundle/bundle.ts';
import type { BundleDefinition } from '../../src/export/bundle/bundle.ts';
import { indexPage } from '../../src/export/bundle/index-page.ts';
import { NO_OPTIONS } from '../../src/export/export-options.ts';
import { defineDataset } from '../../src/export/dataset.ts';
import type { DatasetDefinition } from '../../src/export/dataset.ts';

const params = z.object({ userId: z.string().regex(/^\d+$/) });
const notes = (changes: Partial<DatasetDefinition<typeof params>> = {}) =>
  defineDataset({
    name: 'notes',
    title: 'Notes',
    description: 'Notes of a person.',
    roles: ['user', 'admin'],
    params,
    subjectParam: 'userId',
    formats: ['csv', 'xlsx'],
    columns: [{ name: 'note', type: 'text', description: 'What was noted.' }],
    query: ({ userId }) => ({ text: 'select note from notes where author = $1', values: [userId] }),
    ...changes,
  });
const mine: BundleDefinition<typeof params> = {
  name: 'mine',
  title: 'Mine',
  description: 'All that is mine.',
  roles: ['user', 'admin'],
  params,
  subjectParam: 'userId',
  files: [{ dataset: notes(), format: 'csv' }],
};

describe('defineBundle', () => {
  it('makes a dataset that is exported as zip, and passes the params on', () => {
    const bundle = defineBundle(mine);
    expect(bundle).toMatchObject({ name: 'mine', formats: ['zip'], columns: [] });
    const [file] = bundle.files ?? [];
    expect(file?.name).toBe('notes.csv');
    expect(file?.params({ userId: '7' })).toEqual({ userId: '7' });
  });

  it('fills in the subject and the tenant of the bundle, whatever a file says', () => {
    const theirs = z.object({ owner: z.string(), firm: z.string(), year: z.coerce.number().optional() });
    const dataset = defineDataset({
      ...notes(),
      formats: ['csv'],
      columns: [{ name: 'note', type: 'text', description: 'What was noted.' }],
      params: theirs,
      subjectParam: 'owner',
      tenantParam: 'firm',
    });
    const bundle = defineBundle({
      ...mine,
      params: params.extend({ tenant: z.string() }),
      tenantParam: 'tenant',
      files: [{ dataset, format: 'csv', params: () => ({ owner: '1', firm: 'other', year: '1968' }) }],
    });
    const [file] = bundle.files ?? [];
    expect(file?.params({ userId: '7', tenant: 'acme' })).toEqual({ owner: '7', firm: 'acme', year: 1968 });
  });

  it('refuses params that one of its files does not take, by name', () => {
    const strict = notes({ params: z.object({ userId: z.string().max(2) }) });
    const bundle = defineBundle({ ...mine, files: [...mine.files, { dataset: strict, format: 'xlsx' }] });
    expect(bundle.params.safeParse({ userId: '12' }).success).toBe(true);
    expect(bundle.params.safeParse({ userId: '123' }).error?.issues[0]?.message).toBe(
      'cannot be had with notes.xlsx',
    );
    expect(bundle.params.safeParse({ userId: '12', other: 1 }).success).toBe(false);
  });

  const [file] = mine.files;
  it.each<[string, Partial<BundleDefinition<typeof params>>, string]>([
    [
      'files of two sources',
      { files: [file, { dataset: notes({ source: 'replica' }), format: 'csv', name: 'others' }] },
      'others.csv reads the source "replica", and notes.csv reads "default"',
    ],
    ['two files of one name', { files: [file, file] }, '"notes.csv" is there twice'],
    ['a name that is a path', { files: [{ ...file, name: '../notes' }] }, 'needs a name of letters'],
    ['a format that the dataset has not', { files: [{ ...file, format: 'json' }] }, 'has only csv, xlsx'],
    [
      'an option that the format has not',
      { files: [{ ...file, format: 'xlsx', options: { delimiter: 'tab' } }] },
      'delimiter does not go with xlsx',
    ],
    [
      'a file that is not for one of its roles',
      { files: [{ dataset: notes({ roles: ['admin'] }), format: 'csv' }] },
      'is not for the role user',
    ],
    [
      'everybody’s rows in a file of one’s own',
      {
        roles: ['admin'],
        files: [
          {
            dataset: defineDataset({
              ...notes(),
              roles: ['admin'],
              formats: ['csv'],
              columns: [{ name: 'note', type: 'text', description: 'What was noted.' }],
              params: z.object({}),
              subjectParam: undefined as never,
            }),
            format: 'csv',
          },
        ],
      },
      'has no subjectParam, unlike the bundle',
    ],
    [
      'a bundle in a bundle',
      { files: [{ dataset: defineBundle(mine), format: 'csv' }] },
      'is a bundle itself',
    ],
    ['no title', { title: '' }, 'title:'],
  ])('refuses %s', (_, changes, problem) => {
    expect(() => defineBundle({ ...mine, ...changes })).toThrow(problem);
  });
});

it('is not to be downloaded any more once a column of one file is closed', () => {
  const secret = { name: 'note', type: 'text', description: 'What.', needs: 'admin', mask: `'…'` } as const;
  const bundle = (column: Partial<DatasetDefinition<typeof params>>) =>
    defineBundle({ ...mine, files: [{ dataset: notes(column), format: 'csv' }] });
  const held = (masked: boolean) => {
    const file = { name: 'notes.csv', dataset: 'notes', format: 'csv', options: NO_OPTIONS } as const;
    const figures = { rows: 1, bytes: 1, sha256: '' };
    return { columns: [], files: [{ ...file, ...figures, columns: [{ name: 'note', masked }] }] };
  };
  expect(() => checkFile(bundle({}), 'user', held(false))).not.toThrow();
  expect(() => checkFile(bundle({ columns: [secret] }), 'user', held(false))).toThrow('"note"');
  expect(() => checkFile(bundle({ columns: [secret] }), 'user', held(true))).not.toThrow();
  expect(() => checkFile(bundle({ columns: [secret] }), 'admin', held(false))).not.toThrow();
});

describe('the page in a bundle', () => {
  const evil = `<script>alert("1")</script>&'`;
  const page = indexPage({
    title: evil,
    description: evil,
    takenAt: '2026-11-22T11:35:21.120417Z',
    files: [
      {
        name: 'notes.csv',
        description: evil,
        format: 'csv',
        rows: 1234,
        bytes: 45_678,
        columns: [
          { name: 'note', label: evil, type: 'text', description: evil, masked: true },
          { name: 'year', label: 'year', type: 'integer', description: 'Of it.', masked: false },
        ],
      },
    ],
  });

  it('has no scripts and nothing from elsewhere, whatever a dataset says', () => {
    expect(page).not.toMatch(/<script|\son\w+=|javascript:|https?:/i);
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;');
    expect(page).toContain(`default-src 'none'`);
  });

  it('says what each file is, in words', () => {
    const text = page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(text).toContain('22 November 2026 at 11:35:21 UTC');
    expect(text).toContain('1,234 rows, 45.7 kB. A table as plain text.');
    expect(text).toContain('(whole number) Of it.');
    expect(text).toContain('Hidden in this file');
    expect(page).toContain('<a href="notes.csv">notes.csv</a>');
  });
});
