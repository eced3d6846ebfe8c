import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    // Services are started once for the whole run; every file makes its own database, queue and key prefix on them.
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/repeat-choices.ts'],
    pool: 'forks',
    // Most of the time goes into waiting for processes; more than this many would disturb the tests of time limits.
    maxWorkers: 3,
    // Only the quick faults are concurrent within their file: four installations, which wait as much as they work.
    maxConcurrency: 4,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Vitest's own second is over soon on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default'],
    coverage: { include: ['src/**', 'datasets/**'] },
  },
});
