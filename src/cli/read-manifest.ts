import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '../errors.ts';
import { signedManifest } from '../manifest/signed-manifest.ts';
import type { SignedManifest } from '../manifest/signed-manifest.ts';

/** @throws AppError `bad_manifest` */
export async function readManifest(path: string): Promise<SignedManifest> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const message =
      `${path} is no manifest: ${messageOf(error)}. ` +
      'Save what GET /v1/exports/{id}/manifest answers, and name it by --manifest.';
    throw new AppError('bad_manifest', message, { cause: error });
  }
  const parsed = signedManifest.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError('bad_manifest', `${path} is no manifest: ${issue?.path.join('.')} ${issue?.message}`);
}
