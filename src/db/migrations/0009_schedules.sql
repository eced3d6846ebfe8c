-- Up Migration

-- Exports that are asked for again and again, as a clock says.
create table schedules (
  id            uuid primary key,
  tenant        text not null,
  role          text not null check (role in ('user', 'admin')),
  -- Whose exports they are.
  subject       text not null,
  -- The key it was made with, or changed by its owner last: it has to be good at each run. Null for a token.
  key_id        uuid references api_keys (id),
  title         text not null,
  cron          text not null,
  time_zone     text not null,
  dataset       text not null,
  format        text not null,
  params        jsonb not null,
  options       jsonb not null,
  emails        text[] not null default '{}',
  -- A webhook that hears of each of its exports; the secret is sealed for the id.
  webhook_id     uuid,
  webhook_url    text,
  webhook_secret bytea,
  -- The next time that is due; null while paused.
  next_at       timestamptz,
  paused_at     timestamptz,
  paused_reason text,
  created_at    timestamptz not null default now(),
  check ((next_at is null) = (paused_at is not null)),
  check ((paused_at is null) = (paused_reason is null)),
  check ((webhook_id is null) = (webhook_url is null) and (webhook_id is null) = (webhook_secret is null))
);
create index schedules_due on schedules (next_at) where next_at is not null;
create index schedules_newest on schedules (tenant, created_at desc, id desc);

-- What became of each due time. The primary key is what keeps one time from being run twice.
create table schedule_runs (
  schedule_id uuid not null references schedules (id) on delete cascade,
  planned_at  timestamptz not null,
  at          timestamptz not null default now(),
  outcome     text not null check (outcome in ('requested', 'joined', 'limited', 'refused')),
  -- Due times before this one that nobody was there to run: one run makes up for all of them.
  missed      integer not null default 0,
  export_id   uuid,
  -- Why there is none.
  code        text,
  message     text,
  primary key (schedule_id, planned_at)
);

alter table exports
  -- The schedule that asked; it may be gone.
  add column schedule_id uuid,
  -- When somebody had a failed one run once more; its time to end counts from then.
  add column retried_at  timestamptz;

-- Lists of a tenant stay quick however many exports there are.
create index exports_of_status on exports (tenant, status, created_at desc, id desc) where deleted_at is null;
create index exports_of_dataset on exports (tenant, dataset, created_at desc, id desc) where deleted_at is null;
create index exports_of_error on exports (tenant, error_code, created_at desc, id desc)
  where error_code is not null and deleted_at is null;
create index exports_of_schedule on exports (schedule_id, created_at desc, id desc)
  where schedule_id is not null and deleted_at is null;

-- Down Migration

drop index exports_of_schedule;
drop index exports_of_error;
drop index exports_of_dataset;
drop index exports_of_status;
alter table exports drop column retried_at, drop column schedule_id;
drop table schedule_runs;
drop table schedules;
