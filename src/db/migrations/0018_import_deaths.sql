-- Up Migration

-- As of exports: an import that has brought down several workers is run beside no other suspect.
alter table imports add column deaths smallint not null default 0;

-- Down Migration

alter table imports drop column deaths;
