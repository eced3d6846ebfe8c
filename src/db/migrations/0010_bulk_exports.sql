-- Up Migration

-- One request for the exports of many subjects. See docs/adr/0016-bulk-exports.md.
create table bulk_exports (
  id            uuid primary key,
  tenant        text not null,
  -- The admin, and the key it was asked for with; null for a token.
  requested_by  text not null,
  key_id        uuid references api_keys (id),
  dataset       text not null,
  format        text not null,
  -- What all exports share; each has its subject besides, in the parameter that the dataset names.
  params        jsonb not null,
  subject_param text not null,
  options       jsonb not null,
  -- Where the subjects come from: {"kind": "all" | "list" | "named", …}.
  source        jsonb not null,
  -- Whether the tenant's webhooks hear of each export too.
  tell_exports  boolean not null default false,
  status        text not null
                check (status in ('preparing', 'running', 'cancelling',
                                  'completed', 'completed_with_failures', 'failed', 'cancelled')),
  -- Counted up by each retry: each round ends once, and is told once.
  round         integer not null default 1,

  -- Which process is at it, as in exports: the number is the fence, and silence lets another have it.
  attempt       integer not null default 0,
  -- Tries at the piece of work that is to be done now.
  tries         integer not null default 0,
  not_before    timestamptz not null default now(),
  beat_at       timestamptz,

  error_code    text,
  error_message text,
  -- By format: objectKey, fileName, bytes, sha256.
  manifest      jsonb,

  created_at    timestamptz not null default now(),
  -- Of the round.
  started_at    timestamptz,
  finished_at   timestamptz,
  expires_at    timestamptz,
  sweep_at      timestamptz,
  deleted_at    timestamptz,
  check ((finished_at is null) = (status in ('preparing', 'running', 'cancelling')))
);
create index bulk_exports_newest on bulk_exports (tenant, created_at desc, id desc);
create index bulk_exports_open on bulk_exports (id) where finished_at is null or deleted_at is not null;
create index bulk_exports_to_sweep on bulk_exports (sweep_at) where sweep_at is not null;
create index bulk_exports_expiring on bulk_exports (expires_at) where manifest is not null;
create index bulk_exports_ended on bulk_exports (finished_at) where finished_at is not null;

alter table exports
  -- They wait in a lane of their own, so that they hold up nobody.
  drop constraint exports_lane_check,
  add constraint exports_lane_check check (lane in ('fast', 'normal', 'bulk')),
  -- The bulk export it belongs to.
  add column bulk_id uuid references bulk_exports (id) on delete set null;
create index exports_of_bulk on exports (bulk_id) where bulk_id is not null;

-- The books of a bulk export: one line a subject. They say what became of each also when its export was deleted, or was
-- forgotten long ago. "C": the order of bytes, the same everywhere.
create table bulk_subjects (
  bulk_id       uuid not null references bulk_exports (id) on delete cascade,
  subject       text collate "C" not null,
  status        text not null default 'waiting'
                check (status in ('waiting', 'queued', 'running', 'completed', 'failed', 'cancelled',
                                  'expired', 'deleted')),
  -- The last one that was made for the subject. No foreign key: it may be gone.
  export_id     uuid,
  rows          bigint not null default 0,
  bytes         bigint not null default 0,
  sha256        text,
  error_code    text,
  error_message text,
  ended_at      timestamptz,
  primary key (bulk_id, subject)
);
create index bulk_subjects_by_status on bulk_subjects (bulk_id, status, subject);
create unique index bulk_subjects_export on bulk_subjects (export_id) where export_id is not null;

-- A trigger, so that no way of changing an export can leave the books behind.
create function keep_bulk_books() returns trigger language plpgsql as $$
begin
  update rowferry.bulk_subjects
     set status = case when new.deleted_at is null then new.status else 'deleted' end,
         rows = case when new.status in ('completed', 'expired') then new.rows else 0 end,
         bytes = case when new.status in ('completed', 'expired') then new.bytes else 0 end,
         sha256 = new.sha256,
         error_code = new.error_code, error_message = new.error_message,
         ended_at = case when new.deleted_at is null and new.status in ('queued', 'running') then null
                         else coalesce(ended_at, now()) end
   where export_id = new.id;
  return null;
end
$$;
create trigger exports_bulk_books after update of status, deleted_at on exports
  for each row when (new.bulk_id is not null and (old.status is distinct from new.status
                                                  or old.deleted_at is distinct from new.deleted_at))
  execute function keep_bulk_books();

-- A bulk export is the admin's, not the subject's: its rows and bytes count for the tenant alone.
create or replace function count_usage() returns trigger language plpgsql as $$
begin
  insert into rowferry.usage as u (tenant, role, subject, hour, rows, bytes)
  select new.tenant, role, subject, date_trunc('hour', now(), 'UTC'), new.rows, new.bytes
    from (values (1, '', ''), (2, new.role, new.subject)) as holders (place, role, subject)
   where place = 1 or new.bulk_id is null
   order by place
  on conflict (tenant, role, subject, hour)
  do update set rows = u.rows + excluded.rows, bytes = u.bytes + excluded.bytes;
  return null;
end
$$;

-- Messages about the end of a bulk export, beside those about exports.
alter table webhooks
  add column bulk_id uuid references bulk_exports (id) on delete cascade,
  -- Hears of everything of its tenant, rather than of one export or bulk export.
  add column tenant_wide boolean not null generated always as (export_id is null and bulk_id is null) stored;
drop index webhooks_of_tenant;
create index webhooks_of_tenant on webhooks (tenant, created_at) where tenant_wide;
create index webhooks_of_bulk on webhooks (bulk_id) where bulk_id is not null;

create table bulk_email_recipients (
  bulk_id uuid not null references bulk_exports (id) on delete cascade,
  address text not null,
  primary key (bulk_id, address)
);

alter table notifications
  alter column export_id drop not null,
  add column bulk_id uuid references bulk_exports (id) on delete cascade,
  add column bulk_round integer,
  drop constraint notifications_kind_check,
  add constraint notifications_kind_check check (kind in ('completed', 'failed', 'expiring', 'bulk_completed')),
  add check ((kind = 'bulk_completed') = (bulk_id is not null)),
  add check ((bulk_id is null) <> (export_id is null)),
  add unique (bulk_id, bulk_round, channel, target);

create or replace function tell(export uuid, of_tenant text, what text) returns void language sql as $$
  insert into rowferry.notifications (tenant, export_id, kind, channel, target, webhook_id)
  select of_tenant, export, what, 'email', address, null
    from rowferry.email_recipients where export_id = export
  union all
  select of_tenant, export, what, 'webhook', w.id::text, w.id
    from rowferry.webhooks w
   where disabled_at is null
     and (w.export_id = export
          or w.tenant = of_tenant and w.tenant_wide
             and not exists (select from rowferry.exports e join rowferry.bulk_exports b on b.id = e.bulk_id
                              where e.id = export and not b.tell_exports))
  on conflict (export_id, kind, channel, target) do nothing
$$;

create function tell_of_bulk_end() returns trigger language plpgsql as $$
begin
  insert into rowferry.notifications (tenant, bulk_id, bulk_round, kind, channel, target, webhook_id)
  select new.tenant, new.id, new.round, 'bulk_completed', 'email', address, null
    from rowferry.bulk_email_recipients where bulk_id = new.id
  union all
  select new.tenant, new.id, new.round, 'bulk_completed', 'webhook', id::text, id
    from rowferry.webhooks
   where disabled_at is null and (bulk_id = new.id or tenant = new.tenant and tenant_wide)
  on conflict (bulk_id, bulk_round, channel, target) do nothing;
  return null;
end
$$;
create trigger bulk_exports_tell after update of status on bulk_exports
  for each row when (old.finished_at is null and new.finished_at is not null
                     and new.status <> 'cancelled' and new.deleted_at is null)
  execute function tell_of_bulk_end();

-- Down Migration

drop trigger bulk_exports_tell on bulk_exports;
drop function tell_of_bulk_end();
create or replace function tell(export uuid, of_tenant text, what text) returns void language sql as $$
  insert into rowferry.notifications (tenant, export_id, kind, channel, target, webhook_id)
  select of_tenant, export, what, 'email', address, null
    from rowferry.email_recipients where export_id = export
  union all
  select of_tenant, export, what, 'webhook', id::text, id
    from rowferry.webhooks
   where disabled_at is null and (export_id = export or tenant = of_tenant and export_id is null)
  on conflict (export_id, kind, channel, target) do nothing
$$;
delete from notifications where bulk_id is not null;
alter table notifications
  drop column bulk_round,
  drop column bulk_id,
  drop constraint notifications_kind_check,
  add constraint notifications_kind_check check (kind in ('completed', 'failed', 'expiring')),
  alter column export_id set not null;
drop table bulk_email_recipients;
delete from webhooks where bulk_id is not null;
drop index webhooks_of_tenant;
alter table webhooks drop column tenant_wide, drop column bulk_id;
create index webhooks_of_tenant on webhooks (tenant, created_at) where export_id is null;
create or replace function count_usage() returns trigger language plpgsql as $$
begin
  insert into rowferry.usage as u (tenant, role, subject, hour, rows, bytes)
  values (new.tenant, '', '', date_trunc('hour', now(), 'UTC'), new.rows, new.bytes),
         (new.tenant, new.role, new.subject, date_trunc('hour', now(), 'UTC'), new.rows, new.bytes)
  on conflict (tenant, role, subject, hour)
  do update set rows = u.rows + excluded.rows, bytes = u.bytes + excluded.bytes;
  return null;
end
$$;
drop trigger exports_bulk_books on exports;
drop function keep_bulk_books();
drop table bulk_subjects;
update exports set lane = 'normal' where lane = 'bulk';
alter table exports
  drop constraint exports_lane_check,
  add constraint exports_lane_check check (lane in ('fast', 'normal')),
  drop column bulk_id;
drop table bulk_exports;
