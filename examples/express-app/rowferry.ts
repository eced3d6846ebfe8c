import { SignJWT } from 'jose';
import { setting } from './settings.ts';

/**
 * A token for five minutes, by which rowferry knows whose rows may be asked for. Who has the secret can be anybody: it
 * stays on the server.
 */
export function tokenFor(subject: string, roles: readonly string[] = ['user']): Promise<string> {
  return new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setIssuer(setting('AUTH_JWT_ISSUER'))
    .setAudience(setting('AUTH_JWT_AUDIENCE'))
    .setExpirationTime('5 minutes')
    .sign(new TextEncoder().encode(setting('AUTH_JWT_SECRET')));
}

/** Asks rowferry as somebody. @returns the answer, whatever its status */
export function askRowferry(token: string, path: string, request: RequestInit = {}): Promise<Response> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  return fetch(`${setting('ROWFERRY_URL')}/v1/${path}`, { ...request, headers });
}
