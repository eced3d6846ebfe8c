import { expect, it } from 'vitest';
import { SecretBox } from '../../src/notify/secret-box.ts';
import { WebhookSecrets } from '../../src/notify/webhook-secrets.ts';

const OLD = 'an old key of at least 32 characters';
const NEW = 'a new key, of at least 32 characters';

it('opens what it sealed, and shows nothing of it', () => {
  const box = new SecretBox([OLD]);
  const sealed = box.seal('whsec_canary', 'owner');
  expect(sealed.toString('latin1')).not.toContain('canary');
  expect(box.open(sealed, 'owner')).toBe('whsec_canary');
});

it('seals the same text differently each time', () => {
  const box = new SecretBox([OLD]);
  expect(box.seal('same', 'owner')).not.toEqual(box.seal('same', 'owner'));
});

it('opens with an old key what a new one did not seal, and seals with the new one', () => {
  const sealed = new SecretBox([OLD]).seal('text', 'owner');
  expect(new SecretBox([NEW, OLD]).open(sealed, 'owner')).toBe('text');
  const renewed = new SecretBox([NEW, OLD]).seal('text', 'owner');
  expect(new SecretBox([NEW]).open(renewed, 'owner')).toBe('text');
});

it.each([
  ['another key', (sealed: Buffer) => new SecretBox([NEW]).open(sealed, 'owner')],
  ['another owner', (sealed: Buffer) => new SecretBox([OLD]).open(sealed, 'somebody')],
  ['a changed byte', (sealed: Buffer) => new SecretBox([OLD]).open(changed(sealed), 'owner')],
  ['a piece of it', (sealed: Buffer) => new SecretBox([OLD]).open(sealed.subarray(0, 10), 'owner')],
])('does not open with %s', (_name, open) => {
  const sealed = new SecretBox([OLD]).seal('text', 'owner');
  expect(() => open(sealed)).toThrow('WEBHOOK_SECRET_KEY');
});

it('makes secrets of 32 bytes in the form of Standard Webhooks, a new one each time', () => {
  const secrets = new WebhookSecrets([OLD]);
  const { secret, sealed } = secrets.make('owner');
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(secrets.open(sealed, 'owner')).toBe(secret);
  expect(secrets.make('owner').secret).not.toBe(secret);
});

function changed(sealed: Buffer): Buffer {
  const copy = Buffer.from(sealed);
  copy[copy.length - 1] = (copy[copy.length - 1] ?? 0) ^ 1;
  return copy;
}
