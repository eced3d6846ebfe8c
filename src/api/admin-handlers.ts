import { z } from 'zod';
import type { AuditLine, AuditLog } from '../db/audit-log.ts';
import type { ExportNotifications } from '../db/export-notifications.ts';
import type { ExportFailures, FailureGroup } from '../db/export-failures.ts';
import type { ExportRecords } from '../db/export-records.ts';
import type { TenantActivity } from '../db/tenant-activity.ts';
import type { adminOperations } from './contract/admin.ts';
import { exportResource } from './export-resource.ts';
import { checkRedelivery, notificationResource } from './notifications-handlers.ts';
import type { Handlers } from './operations-router.ts';
import { pageOf } from './page.ts';

export interface AdminOptions {
  records: ExportRecords;
  failures: ExportFailures;
  auditLog: AuditLog;
  notifications: ExportNotifications;
  activity: TenantActivity;
}

/** Ids of lines are numbers. */
const lineId = z.string().regex(/^\d{1,18}$/);

/** What concerns all of a tenant. */
export function adminHandlers({
  records,
  failures,
  auditLog,
  notifications,
  activity,
}: AdminOptions): Handlers<typeof adminOperations> {
  return {
    async listAllExports({ query, identity: { tenant } }) {
      const { limit: _limit, cursor: _cursor, ...filter } = query;
      const { page, nextCursor, headers } = await pageOf('/v1/admin/exports', query, (limit, after) =>
        records.list({ ...filter, tenant, limit, after }),
      );
      const exports = page.map((record) => ({ ...exportResource(record), role: record.role }));
      return { status: 200, headers, body: { exports, nextCursor } };
    },

    async listFailures({ query, identity: { tenant } }) {
      const groups = await failures.groups({ ...query, tenant });
      return { status: 200, body: { failures: groups.map(groupResource) } };
    },

    async listAuditEntries({ query, identity: { tenant } }) {
      const { limit: _limit, cursor: _cursor, ...filter } = query;
      const { page, nextCursor, headers } = await pageOf(
        '/v1/admin/audit',
        query,
        (limit, after) => auditLog.list({ ...filter, tenant, limit, after }),
        lineId,
      );
      return { status: 200, headers, body: { entries: page.map(lineResource), nextCursor } };
    },

    async getQueue({ identity: { tenant } }) {
      return { status: 200, body: await activity.queue(tenant) };
    },

    async getThroughput({ identity: { tenant } }) {
      const hours = await activity.throughput(tenant);
      return {
        status: 200,
        body: { hours: hours.map(({ hour, ...rest }) => ({ hour: hour.toISOString(), ...rest })) },
      };
    },

    async listAllNotifications({ query, identity: { tenant } }) {
      const { limit: _limit, cursor: _cursor, ...filter } = query;
      const { page, nextCursor, headers } = await pageOf('/v1/admin/notifications', query, (limit, after) =>
        notifications.listAll({ ...filter, tenant, limit, after }),
      );
      const shown = page.map(({ position: _position, exportId, bulkExportId, dataset, ...rest }) => ({
        ...notificationResource(rest),
        ...{ exportId, bulkExportId, dataset },
      }));
      return { status: 200, headers, body: { notifications: shown, nextCursor } };
    },

    async redeliverAnyNotification({ params, identity: { tenant }, by }) {
      checkRedelivery(await notifications.redeliverAny(tenant, params.notificationId, by));
      return { status: 202 };
    },
  };
}

function groupResource({ firstAt, latest, ...rest }: FailureGroup) {
  return {
    ...rest,
    firstAt: firstAt.toISOString(),
    latest: { ...latest, at: latest.at.toISOString() },
  };
}

function lineResource({ at, position: _position, ...rest }: AuditLine) {
  return { ...rest, at: at.toISOString() };
}
