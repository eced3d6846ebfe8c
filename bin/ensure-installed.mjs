import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [20, 19];
const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Brings node_modules in line with package-lock.json, and what is compiled in line with its source; says nothing and does
 * nothing when they are.
 */
export async function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    process.stderr.write(
      `rowferry needs Node.js ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.\n`,
    );
    process.exit(1);
  }
  if (!isInstalled()) install();
  await import('../scripts/build-kernel.mjs');
  await import('../scripts/build-web.mjs');
}

function install() {
  process.stderr.write('Installing what rowferry needs (once) …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status, error } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    process.stderr.write(
      `\`npm ci\` failed${error ? `: ${error.message}` : ''}. Mend what it says above, then start again.\n`,
    );
    process.exit(1);
  }
}

/** npm writes down what it installed; it must be what the lockfile asks for, leaving out other platforms' packages. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')).packages;
    const found = JSON.parse(readFileSync(`${root}node_modules/.package-lock.json`, 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, { version, optional, devOptional }]) =>
        path === '' || optional || devOptional || found[path]?.version === version,
    );
  } catch {
    return false;
  }
}
