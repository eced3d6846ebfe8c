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

/** Resolves once there is no session, be it that there was none. @throws Problem where there still may be one */
export async function signOut(): Promise<void> {
  const response = await ask('DELETE');
  if (!response.ok && response.status !== 401) throw await problemOf(response);
}

async function ask(method: string, headers: Record<string, string> = {}): Promise<Response> {
  try {
    return await fetch('/session', { method, headers: { 'Rowferry-Console': '1', ...headers } });
  } catch {
    throw new Problem('network');
  }
}

async function read(response: Response): Promise<Session> {
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as Session;
}

async function problemOf(response: Response): Promise<Problem> {
  const { code, detail } = (await response.json().catch(() => ({}))) as { code?: string; detail?: string };
  return new Problem(code ?? 'unavailable', detail);
}
