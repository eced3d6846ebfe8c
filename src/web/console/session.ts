import { Problem } from '../export-button/api.ts';

/** Who is signed in. */
export interface Session {
  tenant: string;
  subject: string;
  roles: readonly string[];
  scopes: readonly string[];
  email: string | null;
  queuePage: boolean;
}

/** Undefined when nobody is signed in. @throws Problem */
export async function currentSession(): Promise<Session | undefined> {
  const response = await ask('GET');
  if (response.status === 401) return undefined;
  return read(response);
}

/** Exchanges a key or a token for a session, which the browser keeps where no script can read it. @throws Problem */
export async function signIn(credential: string): Promise<Session> {
  return read(await ask('POST', { Authorization: `Bearer ${credential.trim()}` }));
}

/** @throws Problem */
export async function signOut(): Promise<void> {
  await ask('DELETE');
}

async function ask(method: string, headers: Record<string, string> = {}): Promise<Response> {
  try {
    return await fetch('/session', { method, headers: { 'Rowferry-Console': '1', ...headers } });
  } catch {
    throw new Problem('network');
  }
}

async function read(response: Response): Promise<Session> {
  const body = (await response.json().catch(() => ({}))) as Session & { code?: string; detail?: string };
  if (!response.ok) throw new Problem(body.code ?? 'unavailable', body.detail);
  return body;
}
