import type { Pool } from 'pg';

/** What has ever broken a file: each as the comment of an entry. */
const oddTexts: readonly (string | null)[] = [
  null,
  '',
  ' ',
  'a\rb',
  'a\nb',
  'a\r\nb\n',
  '"',
  '""quoted""',
  ',',
  '\t tab',
  ';|',
  '=1+1',
  "'=1+1",
  '＝1+1',
  '-1',
  '1,5',
  '01.02.2003',
  '007',
  '12345678901234567890',
  '\\N',
  '\\.',
  'NULL',
  '\\',
  'true',
  '#N/A',
  '{"json": null}',
  '<b>&amp;]]></b>',
  '_x000D_',
  '\u202Eright to left\u202C',
  '\u0001\u001F\u007F\uFEFF',
  '\uFEFFmark',
  '𝕊🎬 e\u0301',
  '\uFFFE\uFFFF\u{10FFFF}',
  'x'.repeat(32_767),
  'y'.repeat(32_768),
  '🎬'.repeat(40_000),
];

/**
 * Gives somebody a diary of what has ever broken a file: texts, two of one film on one day, several films on one day,
 * days before 1970 and after 9999, digits that a double loses. Resolves to the number of its entries.
 */
export async function writeOddDiary(pool: Pool, userId: number): Promise<number> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into movies (title, release_year, director, external_metadata_id)
     values ('odd "film", one', 1999, null, $1), (E'=odd\\r\\nfilm', -3, '', null), ('  ', 0, ' ', null),
            ('odd', 2000, 'A', $2), ('odd', 2000, 'B', null), ('odd', 2000, null, null)
     returning id`,
    [`odd-${userId}`, `odd-too-${userId}`],
  );
  for (const [index, text] of oddTexts.entries()) {
    await pool.query(
      `insert into reviews (movie_id, user_id, rating, comment, watched_at) values ($1, $2, $3, $4, $5)`,
      [
        rows[Math.floor(index / 2) % rows.length]?.id,
        userId,
        ['7.50', '0', '10', '0.12345678901234567890', '9.000'][index % 5],
        text,
        [
          '2024-02-29 23:59:59.999999+00',
          '1895-12-28 00:00+00',
          '12024-01-01 12:00+00',
          '0099-01-01 12:00+00',
        ][index % 4],
      ],
    );
  }
  return oddTexts.length;
}
