-- Up Migration

alter table api_keys
  -- Whose installation it opens. Nothing of one tenant is ever seen by another.
  add column tenant       text not null default 'default',
  add column scopes       text[] not null default '{read,write}',
  add column expires_at   timestamptz,
  -- To the minute: more would cost a write for each request.
  add column last_used_at timestamptz;

alter table exports
  add column tenant      text not null default 'default',
  -- The key it was asked for with, which has to be good when a worker starts too; null for a token.
  add column key_id      uuid references api_keys (id),
  -- SHA-256 of what is exported and how: by it an identical request in flight is found.
  add column fingerprint bytea;

drop index exports_newest;
drop index exports_of_subject;
create index exports_newest on exports (tenant, created_at desc, id desc);
create index exports_of_subject on exports (tenant, subject, created_at desc, id desc);
create index exports_in_flight on exports (tenant, role, subject, fingerprint)
  where status in ('queued', 'running') and deleted_at is null;

create table idempotency_keys (
  tenant       text not null,
  role         text not null,
  subject      text not null,
  key          text not null,
  -- SHA-256 of the request that came with it first.
  request_hash bytea not null,
  -- No foreign key: a request that is repeated after its export was deleted must not make another one.
  export_id    uuid not null,
  created_at   timestamptz not null default now(),
  primary key (tenant, role, subject, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

-- What was used, by the clock's hour in UTC. Role and subject are empty in the row of the whole tenant. It is kept apart
-- from the exports, so that deleting one gives nothing back.
create table usage (
  tenant  text not null,
  role    text not null,
  subject text not null,
  hour    timestamptz not null,
  exports bigint not null default 0,
  rows    bigint not null default 0,
  bytes   bigint not null default 0,
  primary key (tenant, role, subject, hour)
);
create index usage_age on usage (hour);

-- A trigger, so that no way of ending an export can forget it. The tenant's row always comes first, here and where
-- requests are counted: two transactions that wait for each other are not possible then.
create function count_usage() returns trigger language plpgsql as $$
begin
  insert into rowferry.usage as u (tenant, role, subject, hour, rows, bytes)
  values (new.tenant, '', '', date_trunc('hour', now(), 'UTC'), new.rows, new.bytes),
         (new.tenant, new.role, new.subject, date_trunc('hour', now(), 'UTC'), new.rows, new.bytes)
  on conflict (tenant, role, subject, hour)
  do update set rows = u.rows + excluded.rows, bytes = u.bytes + excluded.bytes;
  return null;
end
$$;

-- What failed is not charged.
create trigger exports_usage after update of status on exports
  for each row when (old.status = 'running' and new.status in ('completed', 'cancelled'))
  execute function count_usage();

-- Down Migration

drop trigger exports_usage on exports;
drop function count_usage();
drop table usage;
drop table idempotency_keys;
drop index exports_in_flight;
drop index exports_of_subject;
drop index exports_newest;
create index exports_newest on exports (created_at desc, id desc);
create index exports_of_subject on exports (subject, created_at desc, id desc);
alter table exports drop column fingerprint, drop column key_id, drop column tenant;
alter table api_keys drop column last_used_at, drop column expires_at, drop column scopes, drop column tenant;
