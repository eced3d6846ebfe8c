-- Up Migration

create table exports (
  id             uuid primary key,
  role           text not null check (role in ('user', 'admin')),
  subject        text not null,
  dataset        text not null,
  format         text not null,
  params         jsonb not null,
  status         text not null default 'queued'
                 check (status in ('queued', 'running', 'completed', 'failed', 'cancelled', 'expired')),

  -- Which try this is. It only grows, and every write of a worker names it: an older try hits no row.
  attempt        integer not null default 0,
  -- Tries handed back unharmed (a worker that had to shut down): they do not count against the limit.
  released       integer not null default 0,
  -- Not to be started before, after a failed try.
  not_before     timestamptz not null default now(),
  -- Last sign of life of the running try.
  beat_at        timestamptz,

  rows           bigint not null default 0,
  bytes          bigint not null default 0,
  estimated_rows bigint,

  object_key     text,
  file_name      text,
  sha256         text,
  error_code     text,
  error_message  text,

  created_at     timestamptz not null default now(),
  started_at     timestamptz,
  finished_at    timestamptz,
  expires_at     timestamptz,
  -- Asked to be forgotten: gone for every client, kept until its file is gone from storage.
  deleted_at     timestamptz,

  check (status <> 'completed' or (object_key is not null and file_name is not null and sha256 is not null
                                   and expires_at is not null)),
  -- An expired export keeps its key until the object is gone.
  check (object_key is null or status in ('completed', 'expired')),
  check ((status = 'failed') = (error_code is not null))
);

create index exports_newest on exports (created_at desc, id desc);
create index exports_of_subject on exports (subject, created_at desc, id desc);
-- What the janitor looks through: few rows, whatever the history.
create index exports_open on exports (status, not_before) where status in ('queued', 'running');
create index exports_with_file on exports (expires_at) where object_key is not null;
create index exports_deleted on exports (deleted_at) where deleted_at is not null;

create table api_keys (
  id           uuid primary key,
  -- SHA-256 of the key; the key itself is shown once and kept nowhere.
  hash         bytea not null unique,
  -- First characters of the key, by which a person tells it from others.
  hint         text not null,
  role         text not null check (role in ('user', 'admin')),
  subject      text not null,
  demo         boolean not null default false,
  created_at   timestamptz not null default now(),
  revoked_at   timestamptz
);

-- Down Migration

drop table api_keys;
drop table exports;
