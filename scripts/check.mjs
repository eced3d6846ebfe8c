// `npm run check`: everything that can be checked without running the program. Each convention of CONTRIBUTING.md that a
// tool can see fails here.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Name, what it guards, and the command: a package's own program, or a script of ours. The longest comes first. */
const checks = [
  ['eslint', 'bugs that types reveal', () => program('eslint', '.')],
  ['typescript', 'types', () => program('typescript:tsc', '--noEmit')],
  ['browser', 'types of what runs in a browser', () => program('typescript:tsc', '-p', 'src/web')],
  ['express', 'types of examples/express-app', () => program('typescript:tsc', '-p', 'examples/express-app')],
  ['react', 'types of examples/react', () => program('typescript:tsc', '-p', 'examples/react')],
  ['prettier', 'layout', () => program('prettier', '--check', '.')],
  [
    'imports',
    'who may import whom',
    () => program('dependency-cruiser:depcruise', 'src', 'datasets', 'test', 'scripts', 'bench', 'examples'),
  ],
  ['knip', 'unused files, exports and packages', () => program('knip')],
  ['docs', 'generated files', () => ['--import', 'tsx', 'scripts/generate-docs.ts', '--check']],
  ['openapi', 'the API’s document', () => program('@redocly/cli:redocly', 'lint', 'docs/openapi.json')],
];

/** Each takes most of a core, and eslint and tsc much of a gigabyte. */
const AT_ONCE = Math.min(2, availableParallelism());
/** What is shown of one check's output: its end, where tools put their summary. */
const SHOWN_CHARACTERS = 20_000;

if (!existsSync(`${root}node_modules`)) {
  console.error('The packages are not installed. Run: npm ci');
  process.exit(1);
}

const startedAt = performance.now();
const waiting = [...checks];
const failed = [];
await Promise.all(Array.from({ length: AT_ONCE }, work));
const passed = checks.length - failed.length;
console.log(`\n${passed} passed, ${failed.length} failed in ${seconds(startedAt)}`);
if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const [name, guards, command] = check;
    const begunAt = performance.now();
    const { ok, output } = await run(command());
    if (!ok) failed.push(name);
    console.log(`${ok ? '✓' : '✗'} ${name.padEnd(11)}${seconds(begunAt).padStart(7)}  ${guards}`);
    if (!ok) console.log(`${output.trim().replaceAll(/^/gm, '    ')}\n`);
  }
}

function run(nodeArguments) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, nodeArguments, {
      cwd: root,
      // redocly would ask for newer versions and tell its makers that it ran.
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (text) => {
      output += text;
      if (output.length > 2 * SHOWN_CHARACTERS) output = output.slice(-SHOWN_CHARACTERS);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => take(error.message));
    child.on('close', (code) => {
      const cut = output.length > SHOWN_CHARACTERS ? '… (the beginning is left out)\n' : '';
      resolve({ ok: code === 0, output: cut + output.slice(-SHOWN_CHARACTERS) });
    });
  });
}

/** `package` or `package:program`, started without npx, which costs a second and is another file on each platform. */
function program(which, ...programArguments) {
  const [name, alias = name] = which.split(':');
  const { bin } = JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8'));
  return [`${root}node_modules/${name}/${typeof bin === 'string' ? bin : bin[alias]}`, ...programArguments];
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
