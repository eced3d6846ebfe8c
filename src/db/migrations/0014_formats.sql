-- Up Migration

-- One pass over the rows may make a file of each of several formats. See docs/adr/0025-several-formats.md.
alter table exports
  add column formats text[],
  -- In the order of formats: format, objectKey, name, bytes, sha256, encoder, columns, and the files of a bundle.
  -- Without objectKey once it is gone.
  add column files jsonb,
  -- What is said of each file, by format.
  add column manifests jsonb;
update exports
   set formats = array[format],
       manifests = case when manifest is not null then jsonb_build_object(format, manifest) end,
       files = case when file_name is not null then jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
                 'format', format, 'objectKey', object_key, 'name', file_name, 'bytes', bytes, 'sha256', sha256,
                 'encoder', encoder - '{columns,files}'::text[], 'columns', encoder -> 'columns',
                 'files', encoder -> 'files'))) end;

-- With them go what depends on them: two checks and exports_with_file.
alter table exports
  drop column format, drop column object_key, drop column file_name, drop column sha256, drop column encoder,
  drop column manifest;
-- What is said of one file is said of the first.
alter table exports
  alter column formats set not null,
  add column format text not null generated always as (formats[1]) stored,
  add column object_key text generated always as (files -> 0 ->> 'objectKey') stored,
  add column sha256 text generated always as (files -> 0 ->> 'sha256') stored,
  -- All of them are there, or none.
  add check (status <> 'completed' or (object_key is not null and sha256 is not null and expires_at is not null
                                       and jsonb_array_length(files) = cardinality(formats))),
  -- An expired export keeps its keys until the objects are gone.
  add check (object_key is null or status in ('completed', 'expired'));
-- What the janitor looks for: files whose time is over.
create index exports_with_file on exports (expires_at) where status = 'completed' and deleted_at is null;

-- Down Migration

drop index exports_with_file;
alter table exports
  add column old_format text, add column old_object_key text, add column file_name text, add column old_sha256 text,
  add column encoder jsonb, add column manifest jsonb;
update exports
   set old_format = format, old_object_key = object_key, old_sha256 = sha256, file_name = files -> 0 ->> 'name',
       bytes = coalesce((files -> 0 ->> 'bytes')::bigint, bytes),
       encoder = (files -> 0 -> 'encoder') || jsonb_strip_nulls(jsonb_build_object('columns', files -> 0 -> 'columns', 'files', files -> 0 -> 'files')),
       manifest = manifests -> format;
alter table exports
  drop column format, drop column object_key, drop column sha256, drop column formats, drop column files,
  drop column manifests;
alter table exports rename column old_format to format;
alter table exports rename column old_object_key to object_key;
alter table exports rename column old_sha256 to sha256;
alter table exports
  alter column format set not null,
  add check (status <> 'completed' or (object_key is not null and file_name is not null and sha256 is not null
                                       and expires_at is not null)),
  add check (object_key is null or status in ('completed', 'expired'));
create index exports_with_file on exports (expires_at) where object_key is not null;
