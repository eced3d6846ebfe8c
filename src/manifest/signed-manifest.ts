import { sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import { manifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { keyIdOf } from './signing-keys.ts';

/**
 * A manifest and who vouches for it. What is signed is the canonical form of `manifest` (RFC 8785), so the document may
 * be stored, indented and sorted in any way without harm to the signature.
 */
export const signedManifest = z.strictObject({
  manifest,
  signature: z
    .strictObject({
      algorithm: z.literal('Ed25519'),
      keyId: z.string().describe('Which key: the beginning of the SHA-256 of the public one, hexadecimal.'),
      value: z.base64().describe('Over the canonical form (RFC 8785) of `manifest`.'),
    })
    .nullable()
    .describe('Null where rowferry has no `MANIFEST_SIGNING_KEY`.'),
});

export type SignedManifest = z.output<typeof signedManifest>;

/** Vouches for a manifest; without a key it is left as it is. */
export function signManifest(content: Manifest, key: KeyObject | undefined): SignedManifest {
  if (key === undefined) return { manifest: content, signature: null };
  const value = sign(null, canonicalForm(content), key).toString('base64');
  return { manifest: content, signature: { algorithm: 'Ed25519', keyId: keyIdOf(key), value } };
}

/** Whether the key has signed exactly this. */
export function isSignedBy({ manifest: content, signature }: SignedManifest, publicKey: KeyObject): boolean {
  if (signature === null) return false;
  return verify(null, canonicalForm(content), publicKey, Buffer.from(signature.value, 'base64'));
}

function canonicalForm(content: Manifest): Buffer {
  return Buffer.from(canonicalize(content) ?? '');
}
