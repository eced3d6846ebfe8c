import type { ExportRequests } from '../db/export-requests.ts';
import type { limitOperations } from './contract/limits.ts';
import type { Handlers } from './operations-router.ts';

/** How the limits of whoever asks stand. */
export function limitsHandlers({ requests }: { requests: ExportRequests }): Handlers<typeof limitOperations> {
  return {
    async getLimits({ identity: { tenant, subject, roles } }) {
      const role = roles.includes('admin') ? 'admin' : 'user';
      return { status: 200, body: { limits: await requests.limits({ tenant, role, subject }) } };
    },
  };
}
