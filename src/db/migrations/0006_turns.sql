-- Up Migration

alter table exports
  -- Small exports wait in a lane of their own, so that big ones do not hold them up.
  add column lane text not null default 'normal' check (lane in ('fast', 'normal')),
  -- Its place among those that wait in its lane, lowest first. See docs/adr/0014-turns.md.
  add column turn bigint not null default 0;

-- Who is next in a lane, and how many are ahead of one.
create index exports_waiting on exports (lane, turn, not_before, id)
  where status = 'queued' and deleted_at is null;
-- The last turn that a tenant has taken in a lane.
create index exports_turns on exports (tenant, lane, turn) where status = 'queued' and deleted_at is null;
-- How far the turns of a lane have come.
create index exports_served on exports (lane, turn) where status = 'running';

-- Down Migration

drop index exports_served;
drop index exports_turns;
drop index exports_waiting;
alter table exports drop column turn, drop column lane;
