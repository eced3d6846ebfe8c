// Bundles what runs in a browser, where it is missing or older than its source: the export button with lit, one file that
// the API serves and the package exports, and the script and the styles of the console. Without the bundler it does
// nothing, so a checkout without development packages needs a build that was made before.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const web = `${root}src/web/`;
const BANNER = { js: '/* lit: Google LLC, BSD-3-Clause */' };

/** Names of ours and of lit that are in no JSON, text or interface of the browser, so that they can be short in the file. */
const ours = `acts addressees api ask asking current duration emailProblem figures guess headline help link memory note number offer offline onAway onChange
  onExport onFile open part prepare reset restore retryAfterSeconds say suggest tell tone tooSoon trouble wait write`;
const ofLit = `_\\$.+ creationScope ctor element endNode parts renderBefore setConnected startNode`;
const SHORT = new RegExp(`^(${[ours, ofLit].join(' ').split(/\s+/).join('|')})$`);

const bundles = [
  {
    target: 'export-button.js',
    folders: ['export-button/'],
    options: { entryPoints: [`${web}export-button/export-button.ts`], mangleProps: SHORT, banner: BANNER },
  },
  {
    target: 'console.js',
    folders: ['console/', 'export-button/'],
    options: { entryPoints: [`${web}console/console.ts`], banner: BANNER },
  },
  { target: 'console.css', folders: ['console/'], options: { entryPoints: [`${web}console/console.css`] } },
];

const stale = bundles.filter(({ folders }) => existsSync(web + folders[0])).filter((one) => !isFresh(one));
if (stale.length > 0) await build();

function isFresh({ target, folders }) {
  if (!existsSync(web + target)) return false;
  const built = statSync(web + target).mtimeMs;
  const sources = folders.flatMap((folder) => readdirSync(web + folder).map((name) => web + folder + name));
  return [...sources, `${root}package-lock.json`].every((path) => statSync(path).mtimeMs <= built);
}

async function build() {
  let esbuild;
  try {
    esbuild = await import('esbuild');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    console.error('esbuild is not installed: the export button and the console are not bundled.');
    return;
  }
  // What the bundler takes for strings has to be made small before: the style sheet, and the templates of lit.
  const strings = {
    name: 'strings',
    setup({ onLoad }) {
      onLoad({ filter: /export-button\/styles\.css$/ }, async ({ path }) => {
        const { code } = await esbuild.transform(await readFile(path, 'utf8'), {
          loader: 'css',
          minify: true,
        });
        return { contents: code.trim().replaceAll(/([:,]) /g, '$1'), loader: 'text' };
      });
      onLoad({ filter: /export-button\/[\w-]+\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        // Its templates need no space at the ends of lines: it is between boxes.
        const joined = text.replaceAll(
          /(?<=>)\s+(?=<)|(?<=>)\n\s*(?=\$\{)|(?<=\})\n\s*(?=<\/)|\n\s*(?=\/?>)/g,
          '',
        );
        const spaced = joined.replaceAll(/(?<=<[a-z]+|["}]|popover)\n\s+(?=[\w@.?-]+(=|\n))/g, ' ');
        return { contents: spaced.replaceAll(/\n\s+/g, '\n'), loader: 'ts' };
      });
      onLoad({ filter: /console\/[\w-]+\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        return { contents: text.replaceAll(/>\s+</g, '><').replaceAll(/\n\s+/g, '\n '), loader: 'ts' };
      });
    },
  };
  for (const { target, options } of stale) {
    await esbuild.build({
      outfile: web + target,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      legalComments: 'none',
      charset: 'utf8',
      tsconfigRaw: {},
      logLevel: 'warning',
      plugins: [strings],
      ...options,
    });
  }
}
