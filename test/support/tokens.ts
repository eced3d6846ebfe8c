import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const ISSUER = 'https://login.example.org';
export const AUDIENCE = 'https://exports.example.org';
export const SECRET = 'k3vQ0uYb7mZ1pX9tR5wL2cN8dF4gH6jS';

/** Changes to the claims of a token that would be taken; undefined takes one away. */
export type Claims = Readonly<Record<string, unknown>>;

export const bytesOf = (secret: string) => new TextEncoder().encode(secret);

export function unsigned(claims: Claims = {}): SignJWT {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: '1', iat: now, exp: now + 60, ...claims });
}

export function hs256(claims: Claims = {}, secret: string | Uint8Array = SECRET): Promise<string> {
  const key = typeof secret === 'string' ? bytesOf(secret) : secret;
  return unsigned(claims).setProtectedHeader({ alg: 'HS256' }).sign(key);
}

/** What a library that asks the token how to check it would take. */
export function withoutSignature(claims: Claims = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: ISSUER, aud: AUDIENCE, sub: '1', exp: now + 60, ...claims };
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(payload)}.`;
}

export interface Issuer {
  jwksUrl: string;
  /** How often its keys were asked for. */
  readonly asked: number;
  sign(alg: string, claims?: Claims, header?: { kid?: string }): Promise<string>;
  /** An HS256 token whose secret is the public key, as text and as it is served: both are known to everybody. */
  confused(claims?: Claims): Promise<string[]>;
  /** From now on it takes connections and never answers. */
  hang(): void;
  close(): Promise<void>;
}

/** Somebody who signs tokens, and serves the public keys on loopback. */
export async function startIssuer(): Promise<Issuer> {
  const algorithms = ['RS256', 'ES256', 'EdDSA', 'PS256'];
  const pairs = new Map(
    await Promise.all(
      algorithms.map(async (alg) => [alg, await generateKeyPair(alg, { extractable: true })] as const),
    ),
  );
  const jwks = await Promise.all(
    [...pairs].map(async ([alg, { publicKey }]) => ({
      ...(await exportJWK(publicKey)),
      kid: alg,
      use: 'sig',
    })),
  );
  let asked = 0;
  let hangs = false;
  const server = createServer((_request, response) => {
    asked++;
    if (hangs) return;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: jwks }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    jwksUrl: `http://127.0.0.1:${port}/jwks.json`,
    get asked() {
      return asked;
    },
    async sign(alg, claims = {}, { kid = alg } = {}) {
      const pair = pairs.get(alg);
      if (pair === undefined) throw new Error(`no key for ${alg}`);
      return unsigned(claims).setProtectedHeader({ alg, kid }).sign(pair.privateKey);
    },
    async confused(claims = {}) {
      const [rsa] = jwks;
      const { exportSPKI } = await import('jose');
      const key = pairs.get('RS256')?.publicKey;
      const secrets = [JSON.stringify(rsa), ...(key === undefined ? [] : [await exportSPKI(key)])];
      return Promise.all(
        secrets.map((secret) =>
          unsigned(claims).setProtectedHeader({ alg: 'HS256', kid: 'RS256' }).sign(bytesOf(secret)),
        ),
      );
    },
    hang: () => {
      hangs = true;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
