import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenVerifier } from '../../src/auth/tokens.ts';
import type { TokenOptions } from '../../src/auth/tokens.ts';
import {
  AUDIENCE,
  bytesOf,
  hs256,
  ISSUER,
  SECRET,
  startIssuer,
  unsigned,
  withoutSignature,
} from '../support/tokens.ts';
import type { Issuer } from '../support/tokens.ts';

const verifierWith = (trust: TokenOptions['trust']) =>
  createTokenVerifier({ trust, issuer: ISSUER, audience: AUDIENCE, clockToleranceSeconds: 5 });
const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;

describe('a token with a shared secret', () => {
  const verify = verifierWith({ secret: SECRET });

  it('says who its bearer is', async () => {
    const token = await hs256({ sub: '42', tenant: 'acme', roles: ['editor', 'admin', 'user'] });
    expect(await verify(token)).toEqual({
      outcome: 'valid',
      identity: {
        tenant: 'acme',
        subject: '42',
        roles: ['user', 'admin'],
        scopes: ['read', 'write'],
        via: { kind: 'token', expiresAt: expect.any(Date) as Date },
      },
    });
  });

  it('is a user’s of the one tenant when it says no more', async () => {
    expect(await verify(await hs256())).toMatchObject({
      identity: { tenant: 'default', subject: '1', roles: ['user'] },
    });
  });

  it.each([
    ['null', null],
    ['empty', ''],
    ['no address', 'anna'],
    ['too long', `${'a'.repeat(250)}@example.org`],
  ])('is taken without its e-mail address where that is %s', async (_what, email) => {
    const verdict = await verify(await hs256({ email }));
    expect(verdict).toMatchObject({ outcome: 'valid', identity: { subject: '1' } });
    expect(verdict).not.toHaveProperty('identity.email');
  });

  it('may have a clock that is a little off', async () => {
    expect(await verify(await hs256({ exp: seconds(-2) }))).toMatchObject({ outcome: 'valid' });
    expect(await verify(await hs256({ nbf: seconds(2) }))).toMatchObject({ outcome: 'valid' });
  });

  it('is expired after its time', async () => {
    expect(await verify(await hs256({ exp: seconds(-30) }))).toMatchObject({ outcome: 'expired' });
  });

  it.each([
    ['another audience', { aud: 'https://shop.example.org' }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://login.example.com' }],
    ['no issuer', { iss: undefined }],
    ['no end', { exp: undefined }],
    ['no subject', { sub: undefined }],
    ['an empty subject', { sub: '' }],
    ['a subject with a line break', { sub: '1\n2' }],
    ['a subject that is a number', { sub: 1 }],
    ['a time that has not begun', { nbf: seconds(60) }],
    ['a tenant that is no name', { tenant: 'Acme Inc.' }],
    ['a tenant that is null', { tenant: null }],
    ['no role that is known here', { roles: ['editor'] }],
    ['a role that is no list', { roles: 'admin' }],
  ])('is refused with %s', async (_name, claims) => {
    expect(await verify(await hs256(claims))).toMatchObject({ outcome: 'invalid' });
  });

  it('is refused with another secret, another algorithm, no algorithm, or changed', async () => {
    const good = await hs256();
    const [header, , signature] = good.split('.');
    const [, forged] = (await hs256({ sub: '2' }, 'x'.repeat(32))).split('.');
    const tokens = [
      await hs256({}, 'x'.repeat(32)),
      await unsigned()
        .setProtectedHeader({ alg: 'HS512' })
        .sign(bytesOf(SECRET + SECRET)),
      withoutSignature(),
      `${good.split('.').slice(0, 2).join('.')}.`,
      `${header ?? ''}.${forged ?? ''}.${signature ?? ''}`,
      'a.b.c',
    ];
    for (const token of tokens) expect(await verify(token), token).toMatchObject({ outcome: 'invalid' });
  });

  it('is no guess where the signature is right, whatever it says', async () => {
    for (const claims of [{ aud: 'https://shop.example.org' }, { roles: ['editor'] }, { nbf: seconds(60) }]) {
      expect(await verify(await hs256(claims))).toMatchObject({ outcome: 'invalid', signed: true });
      expect(await verify(await hs256(claims, 'x'.repeat(32)))).not.toHaveProperty('signed');
      expect(await verify(withoutSignature(claims))).not.toHaveProperty('signed');
    }
  });

  it('never tells what is in a token that is refused', async () => {
    const verdict = await verify(await hs256({ aud: 'canary-audience', sub: 'canary-subject' }));
    expect(JSON.stringify(verdict)).not.toContain('canary');
  });
});

describe('a token of an issuer with public keys', () => {
  let issuer: Issuer;
  beforeEach(async () => {
    issuer = await startIssuer();
  });
  afterEach(() => issuer.close());
  const verifier = (timeoutMs = 1000) => verifierWith({ jwksUrl: issuer.jwksUrl, timeoutMs });

  it.each(['RS256', 'ES256', 'EdDSA'])('is taken when it is signed by %s', async (alg) => {
    expect(await verifier()(await issuer.sign(alg))).toMatchObject({ outcome: 'valid' });
  });

  it('is refused by any other algorithm, whatever the key', async () => {
    const verify = verifier();
    const tokens = [
      await issuer.sign('PS256'),
      withoutSignature(),
      await hs256(),
      ...(await issuer.confused()),
    ];
    for (const token of tokens) expect(await verify(token), token).toMatchObject({ outcome: 'invalid' });
  });

  it('is refused when its key is unknown, and does not make us ask for keys again and again', async () => {
    const verify = verifier();
    for (let time = 0; time < 50; time++) {
      const token = await issuer.sign('RS256', {}, { kid: `unknown-${time}` });
      expect(await verify(token)).toMatchObject({ outcome: 'invalid' });
    }
    expect(issuer.asked).toBe(1);
  });

  it('is refused when another issuer has signed it', async () => {
    const other = await startIssuer();
    try {
      expect(await verifier()(await other.sign('RS256'))).toMatchObject({ outcome: 'invalid' });
    } finally {
      await other.close();
    }
  });

  it('is no matter of the bearer’s when the keys cannot be had: in time, and it may be tried again', async () => {
    issuer.hang();
    const token = await issuer.sign('RS256');
    const startedAt = performance.now();
    const unavailable = { code: 'token_keys_unavailable', retryable: true };
    await expect(verifier(200)(token)).rejects.toMatchObject(unavailable);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    const verify = verifier();
    await issuer.close();
    await expect(verify(token)).rejects.toMatchObject(unavailable);
  });
});
