import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyOptions, JWTVerifyResult } from 'jose';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { DEFAULT_TENANT, defaultScopes, roleNames, subjectName, tenantName } from './identity.ts';
import type { Verdict } from './identity.ts';

export interface TokenOptions {
  /** What tokens are signed by: a shared secret, or the private keys whose public halves are at an address. */
  trust: { secret: string } | { jwksUrl: string; timeoutMs: number };
  issuer: string;
  audience: string;
  /** By how much the issuer's clock may differ from ours. */
  clockToleranceSeconds: number;
}

/** Checks one token. @throws AppError `token_keys_unavailable` (retryable) when the issuer's keys cannot be had */
export type TokenVerifier = (token: string) => Promise<Verdict>;

/** Keys that were fetched are good for this long; then they are fetched again, which is how a withdrawn one dies. */
const KEYS_MAX_AGE_MS = 10 * 60_000;
/** A token that names an unknown key makes us look for new ones, but not more often than this. */
const KEYS_COOLDOWN_MS = 30_000;

const noRole = 'has no role that is known here (user, admin)';
const claims = z.object({
  sub: subjectName,
  tenant: tenantName.default(DEFAULT_TENANT),
  // Only e-mail needs it: whoever has none that we could write to, which some login services tell by null or "", may sign
  // in all the same.
  email: z.email().max(254).optional().catch(undefined),
  /** OpenID Connect’s word on whether somebody has shown that the address is theirs. */
  email_verified: z.boolean().optional(),
  // An application has roles of its own beside ours.
  roles: z
    .array(z.string().max(200))
    .max(100)
    .default(['user'])
    .transform((roles) => roleNames.filter((role) => roles.includes(role)))
    .refine((roles) => roles.length > 0, noRole),
});

/**
 * Verifies JSON Web Tokens of one issuer for one audience. Algorithms are pinned by the kind of key: a public key can never
 * be taken for a shared secret, and `none` is nothing that could be asked for.
 */
export function createTokenVerifier(options: TokenOptions): TokenVerifier {
  const verify = signatureCheck(options.trust, {
    issuer: options.issuer,
    audience: options.audience,
    clockTolerance: options.clockToleranceSeconds,
    requiredClaims: ['exp', 'sub'],
  });
  return async (token) => {
    let payload: JWTPayload;
    try {
      ({ payload } = await verify(token));
    } catch (error) {
      return refusal(error);
    }
    const parsed = claims.safeParse(payload);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return {
        outcome: 'invalid',
        signed: true,
        detail: `The token’s claim ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`,
      };
    }
    const { sub: subject, tenant, roles, email, email_verified: verified } = parsed.data;
    // An issuer that says nothing of it vouches for all it writes into tokens.
    const address = email === undefined || verified === false ? {} : { email };
    const goodUntil = (payload.exp ?? 0) + options.clockToleranceSeconds;
    const via = { kind: 'token', expiresAt: new Date(1000 * goodUntil) } as const;
    return {
      outcome: 'valid',
      identity: { tenant, subject, roles, scopes: defaultScopes, ...address, via },
    };
  };
}

function signatureCheck(
  trust: TokenOptions['trust'],
  rules: JWTVerifyOptions,
): (token: string) => Promise<JWTVerifyResult> {
  if ('secret' in trust) {
    const secret = new TextEncoder().encode(trust.secret);
    return (token) => jwtVerify(token, secret, { ...rules, algorithms: ['HS256'] });
  }
  const keys = createRemoteJWKSet(new URL(trust.jwksUrl), {
    timeoutDuration: trust.timeoutMs,
    cacheMaxAge: KEYS_MAX_AGE_MS,
    cooldownDuration: KEYS_COOLDOWN_MS,
  });
  return (token) => jwtVerify(token, keys, { ...rules, algorithms: ['RS256', 'ES256', 'EdDSA'] });
}

/** What is wrong with the token, in words that say nothing of what is in it. */
const reasons: Readonly<Record<string, string>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: 'The token is signed by an algorithm that is not taken here.',
  ERR_JOSE_NOT_SUPPORTED: 'The token is not of a kind that is taken here.',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'The token does not say which of the issuer’s keys signed it.',
  ERR_JWKS_NO_MATCHING_KEY: 'The token is signed by a key that its issuer does not have.',
  ERR_JWS_INVALID: 'The token is damaged.',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'The token’s signature is wrong.',
  ERR_JWT_INVALID: 'The token is damaged.',
};

function refusal(error: unknown): Verdict {
  if (error instanceof errors.JWTExpired)
    return { outcome: 'expired', detail: 'The token’s time is over. Get a new one.' };
  if (error instanceof errors.JWTClaimValidationFailed) {
    // Claims are looked at once the signature has proved right.
    return {
      outcome: 'invalid',
      signed: true,
      detail: `The token’s claim ${error.claim} is missing or not what it has to be.`,
    };
  }
  const reason = error instanceof errors.JOSEError ? reasons[error.code] : undefined;
  if (reason !== undefined) return { outcome: 'invalid', detail: reason };
  throw new AppError('token_keys_unavailable', 'The issuer’s keys cannot be had just now.', {
    retryable: true,
    cause: error,
  });
}
