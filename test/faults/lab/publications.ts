import type { Pool } from 'pg';

/** How often, and by which attempt, an export was made `completed`. */
export interface Publication {
  exportId: string;
  attempt: number;
}

/**
 * Has the site's own database write down every publication, and tell of every request (`LISTEN fault_requested`): by a
 * trigger, so that no code under test has a say in it.
 */
export async function keepBooks(pool: Pool): Promise<void> {
  await pool.query(`
    create table public.fault_publications (export_id uuid not null, attempt int not null);
    create function public.fault_book() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then perform pg_notify('fault_requested', new.id::text);
      else insert into public.fault_publications values (new.id, new.attempt);
      end if;
      return null;
    end $$;
    create trigger fault_requested after insert on rowferry.exports
      for each row execute function public.fault_book();
    create trigger fault_published after update of status on rowferry.exports
      for each row when (new.status = 'completed') execute function public.fault_book();`);
}

export async function publicationsOf(pool: Pool, exportIds: readonly string[]): Promise<Publication[]> {
  const { rows } = await pool.query<Publication>(
    `select export_id::text as "exportId", attempt from public.fault_publications where export_id = any ($1::uuid[])`,
    [exportIds],
  );
  return rows;
}
