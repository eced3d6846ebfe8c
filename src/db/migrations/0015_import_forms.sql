-- Up Migration

-- How the file was written, where somebody says so: format and options of an export.
alter table imports add column format text, add column options jsonb;

-- Down Migration

alter table imports drop column format, drop column options;
