#!/usr/bin/env node
// Runs on any Node.js, so that an old one is told what to do. Installs what is missing in a checkout, then hands over.
import { existsSync } from 'node:fs';
import { ensureInstalled } from './ensure-installed.mjs';

const root = new URL('../', import.meta.url);
const built = new URL('dist/src/main.js', root);
const source = new URL('src/main.ts', root);

if (existsSync(source)) {
  await ensureInstalled();
  const { register } = await import('tsx/esm/api');
  register();
  await import(source.href);
} else {
  await import(built.href);
}
