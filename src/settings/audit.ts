import { integer } from './kinds.ts';

export const audit = {
  heading: 'Audit log',
  text: 'See [audit.md](audit.md).',
  settings: {
    AUDIT_RETENTION_DAYS: integer(0, 36_500)
      .default(0)
      .describe('How long lines of the audit log are kept; 0: for ever.'),
    AUDIT_REFUSALS_PER_MINUTE: integer(0, 100_000)
      .default(60)
      .describe(
        'Lines about refused acts that one tenant gets in the audit log in a minute, from one API process; those beyond it are left out.',
      ),
  },
};
