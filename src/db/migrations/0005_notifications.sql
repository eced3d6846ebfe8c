-- Up Migration

-- Where messages about exports are posted to: those of one export, or of all exports of a tenant.
create table webhooks (
  id              uuid primary key,
  tenant          text not null,
  -- Null: hears of every export of the tenant.
  export_id       uuid references exports (id) on delete cascade,
  url             text not null,
  -- What messages are signed with, sealed: see docs/adr/0012-webhook-secrets.md.
  secret          bytea not null,
  -- The one before a rotation, which signs too until receivers have had time to learn the new one.
  previous_secret bytea,
  previous_until  timestamptz,
  -- Since when nothing has arrived there; null while all is well.
  failing_since   timestamptz,
  disabled_at     timestamptz,
  disabled_reason text,
  created_at      timestamptz not null default now(),
  check ((disabled_at is null) = (disabled_reason is null)),
  check ((previous_secret is null) = (previous_until is null)),
  unique (export_id, url)
);
create index webhooks_of_tenant on webhooks (tenant, created_at) where export_id is null;

-- Who is told of an export by e-mail.
create table email_recipients (
  export_id uuid not null references exports (id) on delete cascade,
  address   text not null,
  primary key (export_id, address)
);

-- One message about one export to one target. Its id is the message's own, in every try.
create table notifications (
  id          uuid primary key default gen_random_uuid(),
  tenant      text not null,
  export_id   uuid not null references exports (id) on delete cascade,
  kind        text not null check (kind in ('completed', 'failed', 'expiring')),
  channel     text not null check (channel in ('email', 'webhook')),
  -- The address, or the id of the webhook.
  target      text not null,
  webhook_id  uuid references webhooks (id) on delete cascade,
  state       text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  -- Which try this is; what a try writes names it, so one that was overtaken writes nothing.
  attempt     integer not null default 0,
  -- When it is due. While a try runs this is the time at which it counts as dead.
  next_at     timestamptz not null default now(),
  -- When trying began: at the start, and anew when somebody asks for another delivery.
  since       timestamptz not null default now(),
  last_status integer,
  last_error  text,
  created_at  timestamptz not null default now(),
  ended_at    timestamptz,
  check ((channel = 'webhook') = (webhook_id is not null)),
  check ((state = 'pending') = (ended_at is null)),
  -- However often an export is started, each target hears of its end once.
  unique (export_id, kind, channel, target)
);
create index notifications_due on notifications (next_at) where state = 'pending';
create index notifications_waiting on notifications (webhook_id) where state = 'pending' and webhook_id is not null;
create index notifications_of_webhook on notifications (webhook_id) where webhook_id is not null;
create index notifications_sent on notifications (target, ended_at) where channel = 'email' and state = 'delivered';
create index notifications_ended on notifications (ended_at) where ended_at is not null;

-- The tries of a webhook. No address, no secret, and nothing of what the receiver said but its status.
create table webhook_deliveries (
  id              bigint generated always as identity primary key,
  webhook_id      uuid not null references webhooks (id) on delete cascade,
  notification_id uuid not null references notifications (id) on delete cascade,
  attempt         integer not null,
  at              timestamptz not null default now(),
  status          integer,
  milliseconds    integer not null,
  error           text
);
create index webhook_deliveries_newest on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_of_notification on webhook_deliveries (notification_id);

alter table exports
  -- When it was told that the file is about to expire.
  add column expiry_told_at timestamptz;
create index exports_expiring on exports (expires_at)
  where status = 'completed' and deleted_at is null and expiry_told_at is null;

-- Writes down everybody who is to hear of this; those who have are left out.
create function tell(export uuid, of_tenant text, what text) returns void language sql as $$
  insert into rowferry.notifications (tenant, export_id, kind, channel, target, webhook_id)
  select of_tenant, export, what, 'email', address, null
    from rowferry.email_recipients where export_id = export
  union all
  select of_tenant, export, what, 'webhook', id::text, id
    from rowferry.webhooks
   where disabled_at is null and (export_id = export or tenant = of_tenant and export_id is null)
  on conflict (export_id, kind, channel, target) do nothing
$$;

create function tell_of_end() returns trigger language plpgsql as $$
begin
  perform rowferry.tell(new.id, new.tenant, new.status);
  return null;
end
$$;

-- A trigger: the end and the duty to tell of it are one write, whichever way an export ends.
create trigger exports_tell after update of status on exports
  for each row when (old.status is distinct from new.status and new.status in ('completed', 'failed')
                     and new.deleted_at is null)
  execute function tell_of_end();

-- Down Migration

drop trigger exports_tell on exports;
drop function tell_of_end();
drop function tell(uuid, text, text);
drop index exports_expiring;
alter table exports drop column expiry_told_at;
drop table webhook_deliveries;
drop table notifications;
drop table email_recipients;
drop table webhooks;
