// `npm run docs:screenshots`: takes the pictures of docs/images anew. The tests of how things look take a picture of every
// state where they are told to; some of them are for the documentation.
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { animate } from './animate.mjs';
import { takeMailPictures } from './mail-pictures.mjs';

const root = join(import.meta.dirname, '..');
const pictures = {
  '2-choice-desktop-light.png': 'export-button.png',
  'exports-desktop-light.png': 'console.png',
  'admin-queue-desktop-light.png': 'console-queue.png',
  'express-app-desktop-light.png': 'example-express-app.png',
  'react-desktop-light.png': 'example-react.png',
};
const folder = await mkdtemp(join(tmpdir(), 'rowferry-pictures-'));
const tests = ['export-button-looks', 'console-looks', 'examples'].map(
  (name) => `test/browser/${name}.test.ts`,
);
try {
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'bin/test.mjs'), ...tests, '-t', 'desktop-light'],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, BUTTON_PICTURES: folder, CONSOLE_PICTURES: folder, EXAMPLE_PICTURES: folder },
    },
  );
  process.exitCode = status ?? 1;
  if (status === 0) {
    for (const [taken, kept] of Object.entries(pictures)) {
      await copyFile(join(folder, taken), join(root, 'docs/images', kept));
    }
    await animate(join(folder, 'film'), join(root, 'docs/images/export-running.png'));
  }
} finally {
  await rm(folder, { recursive: true });
}
await takeMailPictures(root);
