import type { KeyObject } from 'node:crypto';
import { AppError } from '../errors.ts';
import { createSigningKeys, keyIdOf, publicKeyOf, readPrivateKey } from '../manifest/signing-keys.ts';
import { withContext } from './context.ts';
import type { Addresses } from './endpoints.ts';

/** The key that vouches for manifests, if there is one. @throws AppError `bad_configuration` */
export function signingKeyOf({ signingKey }: Pick<Addresses, 'signingKey'>): KeyObject | undefined {
  if (signingKey === undefined) return undefined;
  const key = readPrivateKey(signingKey);
  if (key !== undefined) return key;
  const message =
    'MANIFEST_SIGNING_KEY is no Ed25519 private key (PKCS #8, base64). `rowferry keys signing --new` makes one.';
  throw new AppError('bad_configuration', message);
}

/** `rowferry keys signing`: the public key of the one in use. `fresh`: a new pair. */
export async function signingKeys(fresh: boolean, write: (line: string) => void): Promise<void> {
  if (fresh) {
    const { privateKey, publicKey } = createSigningKeys();
    write(`MANIFEST_SIGNING_KEY=${privateKey}`);
    write(`public key  ${publicKey}`);
    write('');
    write('The first line is a secret, for the workers. The public key is for whoever verifies files.');
    return;
  }
  await withContext('rowferry-keys', ({ endpoints }) => {
    const key = signingKeyOf(endpoints);
    if (key === undefined) {
      const message = 'There is no MANIFEST_SIGNING_KEY. `rowferry keys signing --new` makes one.';
      throw new AppError('no_signing_key', message);
    }
    write(`key id      ${keyIdOf(key)}`);
    write(`public key  ${publicKeyOf(key)}`);
    return Promise.resolve();
  });
}
