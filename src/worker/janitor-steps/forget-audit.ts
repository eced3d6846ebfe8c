import type { AuditLog } from '../../db/audit-log.ts';

/** Drops lines of the audit log whose time is over, a page a pass; with 0 days they stay for ever. */
export function forgetAudit(options: { auditLog: AuditLog; retentionDays: number }): {
  name: string;
  run: () => Promise<void>;
} {
  const { auditLog, retentionDays } = options;
  const run = async () => {
    if (retentionDays > 0) await auditLog.forget(retentionDays);
  };
  return { name: 'forget audit', run };
}
