-- Up Migration

-- As of exports: each run makes a file of each of them. See docs/adr/0025-several-formats.md.
alter table schedules alter column format type text[] using array[format];
alter table schedules rename column format to formats;
alter table schedules add column format text not null generated always as (formats[1]) stored;

-- Down Migration

alter table schedules drop column format;
alter table schedules alter column formats type text using formats[1];
alter table schedules rename column formats to format;
