-- Up Migration

-- Tries before somebody last asked for another delivery: pauses begin anew with it, while numbers of tries go on.
alter table notifications add column tries_before integer not null default 0;

-- Down Migration

alter table notifications drop column tries_before;
