-- Up Migration

-- Attempts in a row whose worker fell silent: who has brought down several is run beside no other of that kind.
alter table exports add column deaths smallint not null default 0;

-- Down Migration

alter table exports drop column deaths;
