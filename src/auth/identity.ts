import { z } from 'zod';
import type { Role } from '../export/dataset.ts';

/** The tenant of installations that have one only, and of tokens that name none. */
export const DEFAULT_TENANT = 'default';

/** What a key may be used for: to look and download, to ask and change. Which rows it reaches is up to its role. */
export const scopes = ['read', 'write', 'act-as'] as const;
export type Scope = (typeof scopes)[number];
/** Those that come without being asked for. `act-as` lets a back end ask in the name of any user of its tenant. */
export const defaultScopes: readonly Scope[] = ['read', 'write'];

export const roleNames = ['user', 'admin'] as const satisfies readonly Role[];

export const tenantName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, _ and - only, at most 63');

export const subjectName = z
  .string()
  .regex(/^\P{C}{1,200}$/u, 'must be 1 to 200 characters, none of them control characters');

/** Who a request comes from. */
export interface Identity {
  /** Nothing outside of it is visible, whatever the role. */
  tenant: string;
  /** Whose rows a user may export, and whose exports they see. */
  subject: string;
  /** At least one. */
  roles: readonly Role[];
  scopes: readonly Scope[];
  /** The subject of the key, where a back end asks in somebody else’s name. */
  askedBy?: string;
  /** Their address, where a token says it. */
  email?: string;
  /** What proved it. A token expires when it is refused, which is later than it says where clocks may differ. */
  via: { kind: 'key'; keyId: string } | { kind: 'token'; expiresAt: Date };
}

/** Of several roles the one that reaches further. */
export function highestRole({ roles }: Pick<Identity, 'roles'>): Role {
  return roles.includes('admin') ? 'admin' : 'user';
}

/** What became of a credential: `invalid` may be a guess unless it is signed, the others were good once. */
export type Verdict =
  | { outcome: 'valid'; identity: Identity }
  | {
      outcome: 'invalid' | 'expired' | 'revoked';
      detail: string;
      /** By the one whose tokens are taken, so nobody has guessed it; only what it says is not what it has to be. */
      signed?: true;
      /** Whose API key it was. */
      key?: { tenant: string; subject: string; role: Role; keyId: string };
    };
