-- Up Migration

alter table exports
  -- What the client chose beside the format.
  add column options jsonb not null default '{}',
  -- Which way the rows of the file took, and why; known once it is completed.
  add column encoder jsonb;

-- Down Migration

alter table exports
  drop column encoder,
  drop column options;
