-- Up Migration

create table imports (
  id              uuid primary key,
  tenant          text not null,
  role            text not null check (role in ('user', 'admin')),
  subject         text not null,
  -- The key it was asked for with, which has to be good when a worker starts too; null for a token.
  key_id          uuid references api_keys (id),
  dataset         text not null,
  params          jsonb not null,
  preset          text,
  on_invalid      text not null check (on_invalid in ('reject-file', 'reject-batch', 'skip-row')),
  dry_run         boolean not null,
  status          text not null default 'queued' check (status in ('queued', 'running', 'completed', 'failed')),

  -- As of exports: the number of the try is the fence, and one that is handed back does not count.
  attempt         integer not null default 0,
  released        integer not null default 0,
  not_before      timestamptz not null default now(),
  beat_at         timestamptz,

  rows_read       bigint not null default 0,
  report          jsonb,
  -- Until the file is gone from storage: it is kept no longer than it takes to read it.
  object_key      text,
  file_bytes      bigint not null,
  error_code      text,
  error_message   text,

  -- Chosen by the client; the hash is of the request, its file included.
  idempotency_key text,
  request_hash    bytea not null,

  created_at      timestamptz not null default now(),
  started_at      timestamptz,
  finished_at     timestamptz,

  check ((status = 'completed') = (report is not null)),
  check ((status = 'failed') = (error_code is not null))
);

create unique index imports_idempotency on imports (tenant, role, subject, idempotency_key)
  where idempotency_key is not null;
create index imports_open on imports (tenant, status, not_before) where status in ('queued', 'running');
create index imports_finished on imports (finished_at) where finished_at is not null;

-- Down Migration

drop table imports;
