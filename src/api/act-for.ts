import type { Request } from 'express';
import { z } from 'zod';
import { subjectName } from '../auth/identity.ts';
import type { Identity } from '../auth/identity.ts';
import { AppError } from '../errors.ts';
import { optionalHeader } from './headers.ts';

const SUBJECT_HEADER = 'Rowferry-Subject';

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

/**
 * Who a back end asks for: with the header `Rowferry-Subject` it is that user, with a user's rights and no more, in the
 * tenant of the key.
 *
 * @throws AppError `forbidden` for a credential without the scope `act-as`
 */
export function actFor(request: Request, identity: Identity): Identity {
  const subject = optionalHeader(request, SUBJECT_HEADER, encodedSubject);
  if (subject === undefined) return identity;
  if (!identity.scopes.includes('act-as')) {
    const message = `The header ${SUBJECT_HEADER} needs an API key with the scope act-as.`;
    throw new AppError('forbidden', message);
  }
  const { email: _, ...rest } = identity;
  return { ...rest, subject, roles: ['user'] };
}
