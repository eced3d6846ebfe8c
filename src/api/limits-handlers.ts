import { highestRole } from '../auth/identity.ts';
import type { ExportRequests } from '../db/export-requests.ts';
import type { limitOperations } from './contract/limits.ts';
import type { Handlers } from './operations-router.ts';

/** How the limits of whoever asks stand. */
export function limitsHandlers({ requests }: { requests: ExportRequests }): Handlers<typeof limitOperations> {
  return {
    async getLimits({ identity }) {
      const { tenant, subject } = identity;
      const limits = await requests.limits({ tenant, role: highestRole(identity), subject });
      return { status: 200, body: { limits } };
    },
  };
}
