// Part of `npm run docs:screenshots`: the e-mails of docs/notifications.md. The test of how they look takes the pictures.
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mails = ['completed', 'expiring', 'failed', 'bulk'];

/** Takes them anew, as a phone shows them, light and dark; a failure becomes the exit code. */
export async function takeMailPictures(root) {
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-mails-'));
  try {
    const { status } = spawnSync(
      process.execPath,
      [join(root, 'bin/test.mjs'), 'test/browser/mail-looks.test.ts'],
      { cwd: root, stdio: 'inherit', env: { ...process.env, MAIL_PICTURES: folder } },
    );
    if (status !== 0) {
      process.exitCode = status ?? 1;
      return;
    }
    for (const mail of mails) {
      await copyFile(join(folder, `mail-${mail}-390.png`), join(root, `docs/images/mail-${mail}.png`));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
