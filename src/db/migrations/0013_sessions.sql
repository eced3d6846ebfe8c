-- Up Migration

-- Browsers that are signed in to the console. What they hold is a random number; of it only a SHA-256 is here.
create table sessions (
  id         uuid primary key default gen_random_uuid(),
  hash       bytea not null unique,
  tenant     text not null,
  subject    text not null,
  -- The API key that was signed in with: its end is theirs. Null for a token, whose end is `expires_at`.
  key_id     uuid references api_keys (id) on delete cascade,
  -- Who it is, as the credential said.
  identity   jsonb not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_of_subject on sessions (tenant, subject, created_at desc);
create index sessions_age on sessions (expires_at);

-- For the list of all messages of a tenant.
create index notifications_newest on notifications (tenant, created_at desc, id desc);

-- Down Migration

drop index notifications_newest;
drop table sessions;
