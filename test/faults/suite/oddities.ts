import type { Pool } from 'pg';

const HEADER = ['id', 'note', 'tags', 'doc', 'at', 'ratio', 'big'];

/** Texts as a person may have written them, and as an import must get them back. */
const NOTES: readonly (string | null)[] = [
  null,
  '',
  ' ',
  'a\rb',
  'a\nb',
  'a\r\nb\n',
  '"',
  '""quoted""',
  'comma, comma',
  '\t tab first',
  '=1+1',
  '+1',
  '-1',
  '@x',
  '|',
  ']\\$.',
  '\u202Eright to left\u202C',
  '\u0001\u001F\u007F\uFEFF',
  '𝕊🎬 e\u0301',
  '\uFFFE\uFFFF\u{10FFFF}',
  'NULL',
  '\\N',
  'x'.repeat(70_000),
];

/** The other columns: as SQL, and as PostgreSQL writes them by its documentation, in UTC. */
const VALUES: readonly (readonly (readonly [sql: string, text: string])[])[] = [
  [
    [`array['a,b', 'c"d', null]`, '{"a,b","c\\"d",NULL}'],
    [`'{"a": [1, "x\\ny"]}'::jsonb`, '{"a": [1, "x\\ny"]}'],
    [`timestamptz '2024-02-29 23:59:59.000001+14'`, '2024-02-29 09:59:59.000001+00'],
    [`'NaN'::float8`, 'NaN'],
    ['9223372036854775807::int8', '9223372036854775807'],
  ],
  [
    [`'{}'::text[]`, '{}'],
    [`'[]'::jsonb`, '[]'],
    [`timestamptz '0044-03-15 12:00:00+00 BC'`, '0044-03-15 12:00:00+00 BC'],
    [`'-Infinity'::float8`, '-Infinity'],
    ['(-9223372036854775808)::int8', '-9223372036854775808'],
  ],
  [
    ['null::text[]', ''],
    ['null::jsonb', ''],
    [`timestamptz 'infinity'`, 'infinity'],
    ['0.1::float8 + 0.2::float8', '0.30000000000000004'],
    ['null::int8', ''],
  ],
];

/** What the dataset `oddities` can be asked for. */
export const oddRows = ['all', 'header', 'none'] as const;

/** Fills its table. */
export async function makeOddities(pool: Pool): Promise<void> {
  await pool.query(`
    drop table if exists public.oddities;
    create table public.oddities (id int primary key, note text, tags text[], doc jsonb, at timestamptz,
                                  ratio float8, big int8)`);
  for (const [index, note] of NOTES.entries()) {
    const expressions = valuesOf(index).map(([sql]) => sql);
    const text = `insert into public.oddities values ($1, $2, ${expressions.join(', ')})`;
    await pool.query(text, [index + 1, note]);
  }
}

/** Its file, by a CSV writer of two lines: quotes where a field holds a comma, a quote, CR or LF; NULL is nothing. */
export function* oddPieces(rows: (typeof oddRows)[number]): Generator<string> {
  const field = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const line = (fields: readonly string[]) => `${fields.map(field).join(',')}\n`;
  yield line(HEADER);
  if (rows === 'header') yield line(HEADER);
  if (rows !== 'all') return;
  for (const [index, note] of NOTES.entries()) {
    yield line([String(index + 1), note ?? '', ...valuesOf(index).map(([, text]) => text)]);
  }
}

function valuesOf(index: number) {
  return VALUES[index % VALUES.length] ?? [];
}
