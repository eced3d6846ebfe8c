// Who may import whom. Each rule is a line of docs/architecture.md that this file makes fail.
const only = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: '^(src|datasets|test|bench)/', pathNot: [from, ...to] },
});
const leaves = ['^src/errors\\.ts$', '^src/logger\\.ts$'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only(
      'leaves-import-nothing',
      '^src/(config|errors|logger|shutdown)\\.ts$',
      ['^src/errors\\.ts$'],
      'leaves',
    ),
    only(
      'export-is-pure',
      '^src/export/',
      ['^src/errors\\.ts$'],
      'no HTTP, queue or storage in the pipeline',
    ),
    only('storage', '^src/storage/', leaves, 'an adapter knows its port and errors'),
    only('queue', '^src/queue/', leaves, 'an adapter knows its port and errors'),
    only('db', '^src/db/', [...leaves, '^src/export/'], 'records know the types of an export'),
    only('api', '^src/api/', [...leaves, '^src/(db|export|queue|storage)/'], 'api and worker never meet'),
    only(
      'worker',
      '^src/worker/',
      [...leaves, '^src/(db|export|queue|storage)/'],
      'api and worker never meet',
    ),
    only(
      'embedded',
      '^src/embedded/',
      leaves,
      'servers that stand in for a service know nothing of rowferry',
    ),
    only('seed', '^src/seed/', leaves, 'sample data'),
    only('datasets', '^datasets/', ['^src/export/'], 'a dataset is a declaration'),
    {
      name: 'no-express-bullmq-aws-in-export',
      severity: 'error',
      from: { path: '^src/export/' },
      to: { path: 'node_modules/(express|bullmq|ioredis|@aws-sdk)' },
    },
    { name: 'src-never-imports-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'acceptance-is-black-box',
      severity: 'error',
      from: { path: '^test/acceptance/' },
      to: { path: '^(src|datasets)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
