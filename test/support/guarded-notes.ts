import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import type { TestDatabase } from './test-database.ts';

/** Setting by which a service offers the datasets of `rights/`, and nothing else. */
export const RIGHTS_DATASETS = { DATASETS_DIR: fileURLToPath(new URL('rights', import.meta.url)) };

export interface GuardedNotes {
  /** Owns the table. */
  ownerUrl: string;
  /** Owns nothing, and may only read. */
  readerUrl: string;
  reader: string;
  /** Whom nobody logs in as; the reader may take its place, and it sees no row. */
  nobody: string;
}

/**
 * Three thousand notes of the authors `1`, `2` and `3`, in turns, whose rows PostgreSQL guards: by `app.user_id`, or all
 * of them for the `app.role` admin.
 */
export function useGuardedNotes(database: TestDatabase): GuardedNotes {
  const mark = randomBytes(6).toString('hex');
  const [owner, reader, nobody] = [`owner_${mark}`, `reader_${mark}`, `Nobody's "${mark}"`];
  const quoted = `"Nobody's ""${mark}"""`;
  const urlOf = (user: string) => {
    const url = new URL(database.url);
    url.username = user;
    url.password = mark;
    return url.href;
  };
  beforeAll(async () => {
    await database.pool.query(`
      create role ${owner} login password '${mark}';
      create role ${reader} login password '${mark}';
      create role ${quoted};
      grant ${quoted} to ${reader};
      create table public.notes (id integer primary key, author text not null, body text not null);
      insert into public.notes select n, (1 + n % 3)::text, repeat('note, "' || n || '" ', 20) from generate_series(1, 3000) n;
      alter table public.notes owner to ${owner};
      alter table public.notes enable row level security;
      alter table public.notes force row level security;
      create policy own on public.notes to ${owner}, ${reader}
        using (author = current_setting('app.user_id', true) or current_setting('app.role', true) = 'admin');
      grant select on public.notes to ${reader}, ${quoted}`);
  });
  afterAll(async () => {
    await database.pool.query(
      `drop owned by ${owner}, ${reader}, ${quoted}; drop role ${owner}, ${reader}, ${quoted}`,
    );
  });
  return { ownerUrl: urlOf(owner), readerUrl: urlOf(reader), reader, nobody };
}
