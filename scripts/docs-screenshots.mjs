// `npm run docs:screenshots`: takes docs/images/export-button.png anew. The test of how the button looks takes a picture of
// every state where it is told to; one of them is for the documentation.
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'rowferry-pictures-'));
try {
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'bin/test.mjs'), 'test/browser/export-button-looks.test.ts', '-t', 'desktop-light'],
    { cwd: root, stdio: 'inherit', env: { ...process.env, BUTTON_PICTURES: folder } },
  );
  process.exitCode = status ?? 1;
  if (status === 0) {
    await copyFile(join(folder, '2-choice-desktop-light.png'), join(root, 'docs/images/export-button.png'));
  }
} finally {
  await rm(folder, { recursive: true });
}
