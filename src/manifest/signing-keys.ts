import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A pair of Ed25519 keys as people handle them: base64 of DER, PKCS #8 and SPKI (RFC 8410), as openssl reads it. */
export interface SigningKeyPair {
  privateKey: string;
  publicKey: string;
}

export function createSigningKeys(): SigningKeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
    publicKey: spki(publicKey).toString('base64'),
  };
}

/** @returns undefined where the text is no Ed25519 private key */
export function readPrivateKey(text: string): KeyObject | undefined {
  return ed25519(() => createPrivateKey({ key: Buffer.from(text, 'base64'), type: 'pkcs8', format: 'der' }));
}

/** @returns undefined where the text is no Ed25519 public key */
export function readPublicKey(text: string): KeyObject | undefined {
  return ed25519(() => createPublicKey({ key: Buffer.from(text, 'base64'), type: 'spki', format: 'der' }));
}

/** The public key that belongs to a private one, as text. */
export function publicKeyOf(privateKey: KeyObject): string {
  return spki(createPublicKey(privateKey)).toString('base64');
}

/** Tells keys apart: the beginning of the SHA-256 of the public one's DER. Takes either. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256').update(spki(publicKey)).digest('hex').slice(0, 16);
}

function spki(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' });
}

function ed25519(read: () => KeyObject): KeyObject | undefined {
  try {
    const key = read();
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}
