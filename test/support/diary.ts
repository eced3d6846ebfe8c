import type { Pool } from 'pg';

interface Entry {
  title: string;
  year: number;
  director: string | null;
  rating: string;
  comment: string | null;
  watched_at: string;
  external_metadata_id: string | null;
}

/** A diary in the order of its export, read by a query of the test's own. */
export async function readDiary(pool: Pool, userId: number): Promise<Entry[]> {
  const { rows } = await pool.query<Entry>(
    `select title, release_year as year, director, rating::text, comment,
            to_char(watched_at at time zone 'UTC', 'YYYY-MM-DD') as watched_at, external_metadata_id
       from reviews join movies on movies.id = reviews.movie_id
      where user_id = $1
      order by reviews.watched_at desc, reviews.id desc`,
    [userId],
  );
  return rows;
}

/** The CSV as the application that asked for it defines it, written without any of rowferry's code. */
export function csvOf(entries: readonly Entry[]): string {
  const field = (value: string | number | null) => {
    const text = String(value ?? '');
    return /[",\r\n]/.test(text) ? `"${text.split('"').join('""')}"` : text;
  };
  const lines = entries.map((entry) =>
    [
      entry.title,
      entry.year,
      entry.director,
      entry.rating,
      entry.comment,
      entry.watched_at,
      entry.external_metadata_id,
    ]
      .map(field)
      .join(','),
  );
  return ['title,year,director,rating,comment,watched_at,external_metadata_id', ...lines, ''].join('\n');
}
