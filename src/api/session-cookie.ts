import type { Request, Response } from 'express';

/**
 * A page has to send this header for its cookie to count. No form or link can, and a script of another origin may only
 * where CORS allows it, which it never does.
 */
const CONSOLE_HEADER = 'Rowferry-Console';

/** With TLS the browser sees to it that no other host has set it. */
const nameOf = (request: Request) => (isSecure(request) ? '__Host-rowferry' : 'rowferry');

/** What the browser holds, whoever has sent it. */
export function sessionSecret(request: Request): string | undefined {
  const name = nameOf(request);
  for (const pair of (request.get('cookie') ?? '').split(';')) {
    const [key = '', value] = pair.trim().split('=');
    if (key === name && value !== undefined) return value;
  }
  return undefined;
}

/** The same, where a page of ours has sent it. */
export function consoleSecret(request: Request): string | undefined {
  return request.get(CONSOLE_HEADER) === undefined ? undefined : sessionSecret(request);
}

export function setSession(response: Response, secret: string, expires: Date): void {
  response.cookie(nameOf(response.req), secret, { ...attributes(response.req), expires });
}

export function clearSession(response: Response): void {
  response.clearCookie(nameOf(response.req), attributes(response.req));
}

function attributes(request: Request) {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure(request) } as const;
}

function isSecure(request: Request): boolean {
  return request.secure || request.app.get('public https') === true;
}
