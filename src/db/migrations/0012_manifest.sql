-- Up Migration

-- What the file holds and how it came about, signed; null without a file, and of those from before there were any.
alter table exports add column manifest jsonb;

-- Down Migration

alter table exports drop column manifest;
