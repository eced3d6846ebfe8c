import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const {
  APP_URL = 'http://localhost:4000',
  ROWFERRY_URL = 'http://localhost:3000',
  PORT = '4001',
} = process.env;

export default defineConfig({
  preview: {
    port: Number(PORT),
    strictPort: true,
    // Page, back end and rowferry have one origin, as behind a web server in production. So rowferry needs no CORS_ORIGINS.
    proxy: { '/sign-in': APP_URL, '/export-token': APP_URL, '/v1': ROWFERRY_URL },
  },
  resolve: {
    alias: {
      // In this repository the package is the repository. Leave it out of yours.
      'rowferry/export-button/react': fileURLToPath(
        new URL('../../src/web/export-button.js', import.meta.url),
      ),
    },
  },
});
