import { z } from 'zod';
import { subjectName } from '../../auth/identity.ts';

/** Headers carry ASCII: anything else comes percent-encoded. */
const encodedSubject = z
  .string()
  .transform((text, context) => {
    try {
      return decodeURIComponent(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'must be percent-encoded UTF-8' });
      return z.NEVER;
    }
  })
  .pipe(subjectName);

/** What every request with a credential may carry. */
export const identityHeaders = z.object({
  'Rowferry-Subject': encodedSubject
    .optional()
    .describe('Asks as this user, percent-encoded; needs an API key with the scope `act-as`.'),
});

/** Of a request that must not be done twice. Opaque to us. */
export const idempotencyHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .describe('Of the client’s making; the same request with the same key makes nothing new.'),
});

export const pollHeaders = {
  'Retry-After': z.int().describe('Seconds until it is worth looking or trying again.'),
};

/** draft-ietf-httpapi-ratelimit-headers-08 */
export const rateLimitHeaders = {
  'RateLimit-Policy': z.string().describe('The limits: `q` in `w` seconds.'),
  RateLimit: z.string().describe('What remains of them: `r`, until `t` seconds from now.'),
};
