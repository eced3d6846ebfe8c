// Bundles the export button with lit into the one file that the API serves and that the package exports, where it is missing
// or older than its source. Without the bundler it does nothing, so a checkout without development packages needs a build
// that was made before.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = `${root}src/web/export-button/`;
const target = `${root}src/web/export-button.js`;

/** Names that are in no JSON, text or interface of the browser, so that they can be short in the file. */
const OURS =
  /^(emailProblem|restore|prepare|guess|retryAfterSeconds|onChange|onFile|onExport|onAway|headline|tone|figures|acts|say|offer|memory|duration)$/;

if (existsSync(folder) && !isFresh()) await build();

function isFresh() {
  if (!existsSync(target)) return false;
  const built = statSync(target).mtimeMs;
  const sources = [...readdirSync(folder).map((name) => folder + name), `${root}package-lock.json`];
  return sources.every((path) => statSync(path).mtimeMs <= built);
}

async function build() {
  let esbuild;
  try {
    esbuild = await import('esbuild');
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    console.error('esbuild is not installed: the export button is not bundled.');
    return;
  }
  // What the bundler takes for strings has to be made small before: the style sheet, and the templates of lit.
  const strings = {
    name: 'strings',
    setup({ onLoad }) {
      onLoad({ filter: /\.css$/ }, async ({ path }) => {
        const { code } = await esbuild.transform(await readFile(path, 'utf8'), {
          loader: 'css',
          minify: true,
        });
        return { contents: code.trim().replaceAll(/([:,]) /g, '$1'), loader: 'text' };
      });
      onLoad({ filter: /export-button\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        return { contents: text.replaceAll(/>\s+</g, '><').replaceAll(/\n\s+/g, '\n '), loader: 'ts' };
      });
    },
  };
  await esbuild.build({
    entryPoints: [`${folder}export-button.ts`],
    outfile: target,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    mangleProps: OURS,
    legalComments: 'none',
    banner: { js: '/* lit: Google LLC, BSD-3-Clause */' },
    charset: 'utf8',
    tsconfigRaw: {},
    logLevel: 'warning',
    plugins: [strings],
  });
}
