import type { Request } from 'express';
import type { Identity } from '../auth/identity.ts';
import { AppError } from '../errors.ts';
import { identityHeaders } from './contract/headers.ts';
import { readHeaders } from './headers.ts';

/**
 * Who a back end asks for: with the header `Rowferry-Subject` it is that user, with a user's rights and no more, in the
 * tenant of the key.
 *
 * @throws AppError `forbidden` for a credential without the scope `act-as`
 */
export function actFor(request: Request, identity: Identity): Identity {
  const { 'Rowferry-Subject': subject } = readHeaders(request, identityHeaders);
  if (subject === undefined) return identity;
  if (!identity.scopes.includes('act-as')) {
    const message = 'The header Rowferry-Subject needs an API key with the scope act-as.';
    throw new AppError('forbidden', message);
  }
  const { email: _, ...rest } = identity;
  return { ...rest, subject, roles: ['user'], askedBy: identity.subject };
}
