import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineDataset } from '../../src/export/dataset.ts';
import type { DatasetDefinition } from '../../src/export/dataset.ts';

type Definition = DatasetDefinition<z.ZodObject>;

const films: Definition = {
  name: 'films',
  title: 'Films',
  description: 'All films.',
  roles: ['admin'],
  params: z.object({ year: z.coerce.number().int().optional() }),
  formats: ['csv'],
  columns: [
    { name: 'title', type: 'text', description: 'Title.' },
    { name: 'year', type: 'integer', description: 'Year of release.' },
  ],
  query: ({ year }) => ({ text: 'select title, year from films where year = $1', values: [year] }),
};

/** What a dataset file without types, or with a cast, could hold. */
const broken = (changes: Record<string, unknown>) => () => defineDataset({ ...films, ...changes });

describe('defineDataset', () => {
  it('returns the definition, frozen', () => {
    const dataset = defineDataset(films);
    expect(Object.isFrozen(dataset)).toBe(true);
    expect(dataset).toMatchObject({ name: 'films', roles: ['admin'], formats: ['csv'] });
    expect(dataset.query({ year: 1968 }, { orderBy: '' }).values).toEqual([1968]);
  });

  it('makes the params strict: what a request may not say is refused', () => {
    const { params } = defineDataset(films);
    expect(params.parse({ year: '1968' })).toEqual({ year: 1968 });
    expect(params.safeParse({ year: 1968, admin: true }).success).toBe(false);
  });

  it.each([
    ['name', { name: 'Films' }],
    ['name', { name: '../films' }],
    ['name', { name: `f${'x'.repeat(63)}` }],
    ['title', { title: '' }],
    ['description', { description: '' }],
    ['roles', { roles: [] }],
    ['roles.0', { roles: ['root'] }],
    ['params', { params: { year: 'number' } }],
    ['params', { params: z.string() }],
    ['formats', { formats: [] }],
    ['formats.0', { formats: ['pdf'] }],
    ['columns', { columns: [] }],
    ['columns.0.type', { columns: [{ name: 'title', type: 'varchar', description: 'Title.' }] }],
    ['columns.0.description', { columns: [{ name: 'title', type: 'text', description: '' }] }],
    ['query', { query: 'select 1' }],
    ['source', { source: 'Replica_1' }],
    ['session', { session: { settings: {} } }],
    ['columns.0.needs', { columns: [{ name: 'id', type: 'text', description: 'Id.', needs: 'root' }] }],
    [
      'columns.0.mask',
      { columns: [{ name: 'id', type: 'text', description: 'Id.', needs: 'admin', mask: 1 }] },
    ],
  ])('refuses a wrong %s, and names it', (field, changes) => {
    expect(broken(changes)).toThrow(expect.objectContaining({ code: 'bad_dataset' }));
    expect(broken(changes)).toThrow(` ${field}: `);
  });

  it('names every wrong field at once', () => {
    expect(broken({ title: '', formats: [] })).toThrow(/title: .*; formats: /);
  });

  it('refuses a column that is there twice', () => {
    const [column] = films.columns;
    expect(broken({ columns: [column, column] })).toThrow('columns: "title" is there twice');
  });

  it.each([
    ['a mask that hides nothing', [{ mask: 'null' }], 'columns: "c0" has a mask, but no needs'],
    ['a role that nobody asks in', [{ needs: 'user' }], 'columns: "c0" needs the role user'],
  ])('refuses %s', (_name, rights, message) => {
    const columns = rights.map((right, index) => ({ ...films.columns[0], name: `c${index}`, ...right }));
    expect(broken({ columns })).toThrow(message);
  });

  it('refuses to leave a role without columns, or a transform with rows of two widths', () => {
    const both = { roles: ['user', 'admin'], subjectParam: 'year' };
    const closed = { ...films.columns[0], needs: 'admin' };
    expect(broken({ ...both, columns: [closed] })).toThrow('columns: none is left for the role user');
    const transform = (row: unknown) => row;
    const columns = [closed, films.columns[1]];
    expect(broken({ ...both, columns, transform })).toThrow('transform: would get rows of another width');
    expect(broken({ ...both, columns })).not.toThrow();
    expect(
      broken({ ...both, columns: [{ ...closed, mask: 'null' }, films.columns[1]], transform }),
    ).not.toThrow();
  });

  it('refuses a subjectParam that is not one of its params', () => {
    expect(broken({ subjectParam: 'userId' })).toThrow('subjectParam: "userId" is not one of params');
  });

  it('refuses to give every user every row', () => {
    expect(broken({ roles: ['user', 'admin'] })).toThrow('roles: a dataset for users needs a subjectParam');
  });
});
