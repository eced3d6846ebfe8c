import { z } from 'zod';
import { defineDataset } from './dataset.ts';

const time = z.iso.datetime({ offset: true });

/**
 * The audit log of a tenant, for its admins. It comes with rowferry and is read from where the records are, by the very
 * way of every other export.
 */
export const auditLogDataset = defineDataset({
  name: 'audit-log',
  title: 'Audit log',
  description: 'Who did what, when and from where, oldest first. docs/audit.md lists the acts.',
  roles: ['admin'],
  params: z.object({
    tenant: z.string().describe('Filled in; nobody may name another.'),
    from: time.optional().describe('At or after this time.'),
    to: time.optional().describe('Before this time.'),
    actor: z.string().max(200).optional().describe('Only what this subject did.'),
    act: z.string().max(100).optional().describe('Only acts of this kind.'),
  }),
  tenantParam: 'tenant',
  source: 'records',
  formats: ['csv', 'tsv', 'ndjson', 'json', 'xlsx', 'parquet'],
  columns: [
    { name: 'id', type: 'integer', description: 'Number of the line.' },
    { name: 'at', type: 'timestamp', description: 'When it was done.' },
    {
      name: 'actor_kind',
      type: 'text',
      description: 'What proved who acts: key, token, cli, schedule or system.',
    },
    { name: 'actor', type: 'text', description: 'Subject of who acts.' },
    { name: 'actor_role', type: 'text', description: 'Their role.' },
    { name: 'actor_key_id', type: 'text', description: 'Id of their API key.' },
    { name: 'acted_as', type: 'text', description: 'The user in whose name a back end acted.' },
    { name: 'act', type: 'text', description: 'What was done.' },
    { name: 'object_kind', type: 'text', description: 'What kind of thing it was done to.' },
    { name: 'object_id', type: 'text', description: 'Its id.' },
    { name: 'details', type: 'text', description: 'What else is known, as JSON.' },
    { name: 'ip', type: 'text', description: 'Address that the request came from.' },
    { name: 'user_agent', type: 'text', description: 'What the client called itself.' },
    { name: 'request_id', type: 'text', description: 'As in the log of the API.' },
  ],
  sort: { by: { at: 'at' }, default: ['at'], tieBreak: 'id' },
  query: ({ tenant, from, to, actor, act }, { orderBy }) => ({
    text: `
      select id, at, actor_kind, actor_subject as actor, actor_role, actor_key_id, acted_as, act, object_kind,
             object_id, details::text as details, ip, user_agent, request_id
        from rowferry.audit_log
       where tenant = $1
         and ($2::timestamptz is null or at >= $2)
         and ($3::timestamptz is null or at < $3)
         and ($4::text is null or actor_subject = $4)
         and ($5::text is null or act = $5)
       order by ${orderBy}`,
    values: [tenant, from, to, actor, act],
  }),
});
