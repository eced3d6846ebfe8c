-- Up Migration

-- What happened to an export, written by the statement that made it happen.
create table export_events (
  id        bigserial primary key,
  export_id uuid not null references exports on delete cascade,
  at        timestamptz not null default now(),
  kind      text not null,
  -- The attempt it happened to; 0 before the first.
  attempt   integer not null,
  details   jsonb not null default '{}'
);

create index export_events_of_export on export_events (export_id, id);

-- When to look into storage for what an export that has ended may have left there; null when nothing can be there.
alter table exports add column sweep_at timestamptz;

create index exports_to_sweep on exports (sweep_at) where sweep_at is not null;
create index exports_ended on exports (finished_at) where status in ('failed', 'cancelled', 'expired');
-- Deleted exports are found by sweep_at now.
drop index exports_deleted;

-- When the janitor, whichever process it is, last did what it does seldom.
create table janitor_steps (
  name    text primary key,
  done_at timestamptz not null
);

insert into export_events (export_id, at, kind, attempt)
  select id, created_at, 'requested', 0 from exports;
update exports set sweep_at = now()
  where deleted_at is not null or status in ('failed', 'cancelled') or (status = 'expired' and object_key is not null);

-- Down Migration

drop table janitor_steps;
drop index exports_ended;
drop index exports_to_sweep;
alter table exports drop column sweep_at;
drop table export_events;
create index exports_deleted on exports (deleted_at) where deleted_at is not null;
