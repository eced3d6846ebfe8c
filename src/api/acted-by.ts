import type { Request } from 'express';
import { highestRole } from '../auth/identity.ts';
import type { Identity } from '../auth/identity.ts';
import type { ActedBy } from '../db/audit-log.ts';

/** From where a request comes. Behind proxies that is what API_PROXY_HOPS says. */
export function originOf(request: Request): Pick<ActedBy, 'ip' | 'userAgent' | 'requestId'> {
  const { id, ip } = request;
  return { ip, userAgent: request.get('user-agent'), ...(typeof id === 'string' ? { requestId: id } : {}) };
}

/** Who sends a request, as the audit log writes it. */
export function actedBy(request: Request, identity: Identity): ActedBy {
  const { subject, askedBy, via } = identity;
  return {
    kind: via.kind,
    subject: askedBy ?? subject,
    role: highestRole(identity),
    ...(via.kind === 'key' ? { keyId: via.keyId } : {}),
    ...(askedBy === undefined ? {} : { actedAs: subject }),
    ...originOf(request),
  };
}
