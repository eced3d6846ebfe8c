// With TEST_SEED set, tests choose at random what they chose in the run before: a second look has to see the same.
if (process.env['TEST_SEED'] !== undefined) {
  const { configureGlobal } = await import('fast-check');
  configureGlobal({ seed: Number(process.env['TEST_SEED']) });
}
