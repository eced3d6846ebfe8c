-- Up Migration

-- Who did what, when and from where. Lines are added and never changed: the triggers below see to it, whoever asks.
create table audit_log (
  id            bigint generated always as identity primary key,
  at            timestamptz not null default now(),
  -- Null where nobody knows whose it is: an address that sent too many unknown keys.
  tenant        text,
  -- What proved who acts: an API key, a token, the command line; a schedule acts for who made it.
  actor_kind    text not null check (actor_kind in ('key', 'token', 'cli', 'schedule', 'system', 'unknown')),
  actor_subject text,
  actor_role    text,
  -- No foreign keys: a line outlives what it tells of.
  actor_key_id  uuid,
  -- The user in whose name a back end acts.
  acted_as      text,
  act           text not null,
  object_kind   text,
  object_id     text,
  details       jsonb not null default '{}',
  ip            text,
  user_agent    text,
  request_id    text
);

create index audit_log_newest on audit_log (tenant, at desc, id desc);
create index audit_log_of_actor on audit_log (tenant, actor_subject, at desc, id desc);
create index audit_log_of_act on audit_log (tenant, act, at desc, id desc);
create index audit_log_of_object on audit_log (object_id, at desc, id desc) where object_id is not null;
-- By which the oldest are found.
create index audit_log_age on audit_log (at);

create function keep_audit_log() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('rowferry.forgets_audit', true) = 'on'
     and old.at < now() - interval '1 day' then
    return old;
  end if;
  raise exception 'rowferry.audit_log is append-only: % is refused', lower(tg_op)
    using errcode = 'insufficient_privilege',
          hint = 'Old lines go by AUDIT_RETENTION_DAYS alone, which calls rowferry.forget_audit(days).';
end
$$;

create trigger audit_log_rows before update or delete on audit_log
  for each row execute function keep_audit_log();
create trigger audit_log_whole before truncate on audit_log
  for each statement execute function keep_audit_log();

-- The one way to remove lines: those older than so many days, a thousand at most. Returns how many went.
create function forget_audit(days integer) returns bigint language sql
  set rowferry.forgets_audit = 'on' as $$
  with gone as (
    delete from rowferry.audit_log
     where id in (select id from rowferry.audit_log
                   where at < now() - make_interval(days => greatest(days, 1)) order by at limit 1000)
    returning 1
  )
  select count(*) from gone
$$;

-- Down Migration

drop function forget_audit(integer);
drop table audit_log;
drop function keep_audit_log();
