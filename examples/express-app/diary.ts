import type { Pool } from 'pg';

export interface Entry {
  title: string;
  year: number;
  director: string | null;
  rating: string;
  comment: string | null;
  watched_at: string;
  external_metadata_id: string | null;
}

/** Newest first, as it is exported. */
export async function diaryOf(database: Pool, userId: number): Promise<Entry[]> {
  const { rows } = await database.query<Entry>(
    `select m.title, m.release_year as year, m.director, r.rating, r.comment,
            (r.watched_at at time zone 'UTC')::date::text as watched_at, m.external_metadata_id
       from reviews r
       join movies m on m.id = r.movie_id
      where r.user_id = $1
      order by r.watched_at desc, r.id desc`,
    [userId],
  );
  return rows;
}

export async function deleteDiary(database: Pool, userId: number): Promise<void> {
  await database.query('delete from reviews where user_id = $1', [userId]);
}
