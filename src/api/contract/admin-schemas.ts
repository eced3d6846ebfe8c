import { z } from 'zod';
import { roleNames } from '../../auth/identity.ts';
import { actorKinds } from '../../db/audit-log.ts';
import { exportResource } from './schemas.ts';

const time = z.iso.datetime();

export const adminExport = exportResource
  .extend({ role: z.enum(roleNames).describe('In which it was asked for.') })
  .meta({ id: 'AdminExport' });

export const failureGroup = z
  .strictObject({
    code: z.string().describe('As in `error.code` of an export.'),
    count: z.int().min(1).describe('Exports that failed for it.'),
    subjects: z.int().min(1).describe('Whose exports they are.'),
    datasets: z.array(z.string()),
    firstAt: time,
    latest: z.strictObject({ id: z.uuid(), at: time, message: z.string() }).describe('The newest of them.'),
  })
  .meta({ id: 'FailureGroup' });

export const auditEntry = z
  .strictObject({
    id: z.string(),
    at: time,
    actor: z.strictObject({
      kind: z.enum(actorKinds).describe('What proved who acts.'),
      subject: z.string().nullable(),
      role: z.string().nullable(),
      keyId: z.uuid().nullable(),
      actedAs: z.string().nullable().describe('The user in whose name a back end acted.'),
    }),
    act: z.string().describe('What was done; docs/audit.md lists them, and there may be new ones.'),
    object: z.strictObject({ kind: z.string(), id: z.string() }).nullable().describe('What it was done to.'),
    details: z.record(z.string(), z.unknown()),
    ip: z.string().nullable(),
    userAgent: z.string().nullable(),
    requestId: z.string().nullable().describe('As in the log of the API.'),
  })
  .meta({ id: 'AuditEntry' });

const seconds = z.number().min(0);
export const backlog = z
  .strictObject({
    lanes: z
      .array(
        z.strictObject({
          lane: z.enum(['normal', 'fast', 'bulk']),
          queued: z.int().min(0),
          running: z.int().min(0),
          delayed: z.int().min(0).describe('Of those queued: they wait for their next attempt.'),
          oldestQueuedSeconds: seconds.nullable().describe('Of those that are due.'),
          oldestRunningSeconds: seconds.nullable(),
        }),
      )
      .describe('Small exports take the fast one.'),
    notifications: z.strictObject({
      due: z.int().min(0),
      waiting: z.int().min(0).describe('For their next try.'),
      oldestDueSeconds: seconds.nullable(),
    }),
  })
  .meta({ id: 'AdminQueue', description: 'What is still to be done for a tenant, as its records say.' });

export const throughput = z
  .strictObject({
    hour: time.describe('Its beginning.'),
    requested: z.int().min(0).describe('Exports that were asked for.'),
    rows: z.number().min(0).describe('Of exports that ended in this hour.'),
    bytes: z.number().min(0).describe('The same.'),
  })
  .meta({ id: 'Throughput', description: 'What was done in an hour.' });
