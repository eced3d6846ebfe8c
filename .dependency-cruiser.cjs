// Who may import whom. docs/architecture.md says it in words; `npm run check` makes it true.
const errors = '^src/errors\\.ts$';
const leaves = [errors, '^src/(logger|log-context|metrics|tracing)\\.ts$', '^src/metrics/'];
const objectStore = '^src/storage/object-store\\.ts$';
const ours = '^(src|datasets|test|scripts|bench|examples)/';

/** `from` may import itself and `allowed`, and nothing else of ours. */
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: ours, pathNot: [from, ...allowed] },
});
/** Only `importers` may import these packages. */
const technology = (name, packages, importers, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^src/', pathNot: importers },
  to: { path: `(^|/)node_modules/(@types/)?(${packages})(/|$)` },
});
const typesOnly = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { ...to, dependencyTypesNot: ['type-only'] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'not of types either: move what both need into a file of its own',
      from: {},
      to: { circular: true },
    },
    {
      name: 'nothing-missing',
      severity: 'error',
      comment: 'every import leads to a file or to an installed package',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-packages',
      severity: 'error',
      comment: 'src and datasets run where only `dependencies` are installed',
      from: { path: '^(src|datasets)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },

    // Each folder and file of src has its rule below; a new one gets none for free.
    {
      name: 'every-folder-has-a-rule',
      severity: 'error',
      comment: 'say in .dependency-cruiser.cjs and docs/architecture.md what a new folder may import',
      from: {
        path: '^src/',
        pathNot: [
          '^src/(api|auth|cli|client|db|doctor|embedded|export|import|manifest|metrics|notify|queue|read|schedule|seed|settings|storage|verify|web|worker)/',
          '^src/(config|errors|log-context|logger|main|metrics|shutdown|tracing)\\.ts$',
        ],
      },
      to: {},
    },
    {
      name: 'leaves',
      severity: 'error',
      comment: 'errors, logger, metrics, shutdown and tracing import each other at most',
      from: { path: '^src/((errors|log-context|logger|metrics|shutdown|tracing)\\.ts$|metrics/)' },
      to: { path: ours, pathNot: leaves },
    },
    {
      name: 'only-main-and-cli-wire',
      severity: 'error',
      comment:
        'configuration and adapters are put together in one place; everything else is given what it needs',
      from: { path: '^(src|datasets)/', pathNot: '^src/(cli/|main\\.ts$|config\\.ts$|settings/)' },
      to: { path: '^src/(cli/|main\\.ts$|config\\.ts$|settings/)' },
    },
    only(
      'export',
      '^src/export/',
      [errors, objectStore],
      'the pipeline knows no HTTP, queue, records or adapter',
    ),
    typesOnly(
      'export-knows-the-port-by-type',
      '^src/export/',
      { path: '^src/storage/' },
      'of storage the pipeline may know the type ObjectStore and nothing that runs',
    ),
    only(
      'auth',
      '^src/auth/',
      [errors, '^src/export/dataset\\.ts$'],
      'who asks, and what a dataset lets them',
    ),
    typesOnly(
      'auth-knows-datasets-by-type',
      '^src/auth/',
      { path: '^src/export/' },
      'rights are read off a dataset; nothing is run',
    ),
    only(
      'read',
      '^src/read/',
      [errors, '^src/export/(export-options|column|formats/(format|delimiters))\\.ts$'],
      'files as rows of text: of what writes them it knows the options',
    ),
    only(
      'import',
      '^src/import/',
      [errors, '^src/(export|read)/'],
      'the pipeline back, on the pieces of the pipeline',
    ),
    only('settings', '^src/settings/', [], 'what may be set, and nothing else'),
    only(
      'config',
      '^src/config\\.ts$',
      [errors, '^src/settings/'],
      'what was set, and what contradicts itself',
    ),
    only('schedule', '^src/schedule/', [errors], 'when a schedule is due, and nothing else'),
    only(
      'manifest',
      '^src/manifest/',
      [errors, objectStore],
      'what is said of a file, and who vouches for it',
    ),
    only(
      'verify',
      '^src/verify/',
      [errors, '^src/(manifest|read)/', '^src/export/(export-options|column)\\.ts$'],
      'checks a file without anything that wrote it',
    ),
    only('storage', '^src/storage/', leaves, 'an adapter knows its port and errors'),
    only('queue', '^src/queue/', leaves, 'an adapter knows its port and errors'),
    only('notify', '^src/notify/', leaves, 'an adapter knows its port and errors'),
    only(
      'db',
      '^src/db/',
      [...leaves, '^src/export/', '^src/auth/identity\\.ts$'],
      'records know the types of an export and of who asks',
    ),
    typesOnly(
      'db-knows-exports-by-type',
      '^src/db/',
      { path: '^src/export/', pathNot: '^src/export/(formats/format|export-options)\\.ts$' },
      'records never run an export; the list of format names and the schema of options are the values they share',
    ),
    only(
      'api',
      '^src/api/',
      [...leaves, '^src/(auth|db|export|import|manifest|notify|queue|read|schedule)/', objectStore],
      'api uses ports, and never meets worker',
    ),
    only(
      'worker',
      '^src/worker/',
      [...leaves, '^src/(auth|db|export|import|manifest|notify|queue|read|schedule)/', objectStore],
      'worker uses ports, and never meets api',
    ),
    typesOnly(
      'api-and-worker-are-given-their-ports',
      '^src/(api|worker)/',
      { path: '^src/(notify|queue|storage)/' },
      'notify, queue and storage come in as arguments, made by src/cli',
    ),
    only('client', '^src/client/', [], 'other programs import it, and nothing else of ours with it'),
    only(
      'web',
      '^src/web/',
      ['^src/client/schema\\.ts$'],
      'it runs in a browser, and knows what the API answers by type alone',
    ),
    typesOnly(
      'web-knows-the-api-by-type',
      '^src/web/',
      { path: '^src/client/' },
      'nothing of Node.js in a browser',
    ),
    only('embedded', '^src/embedded/', leaves, 'stand-ins for a service know nothing of rowferry'),
    only('doctor', '^src/doctor/', [errors, '^src/(notify|storage)/'], 'a check talks to the service itself'),
    only('seed', '^src/seed/', leaves, 'sample data'),
    only(
      'datasets',
      '^datasets/',
      ['^src/export/(dataset|bundle/bundle)\\.ts$'],
      'a dataset is a declaration',
    ),
    {
      name: 'src-never-imports-test',
      severity: 'error',
      from: { path: '^(src|datasets|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'nobody-imports-bench',
      severity: 'error',
      comment:
        'bench measures what is there; the fault suite measures too, and shares its tables and figures',
      from: { pathNot: '^(bench|test/faults)/' },
      to: { path: '^bench/' },
    },
    {
      name: 'bench-imports-src',
      severity: 'error',
      comment: 'it may import src, and no tests',
      from: { path: '^bench/' },
      to: { path: '^(test|scripts)/', pathNot: '^scripts/compile-tree\\.ts$' },
    },
    only(
      'examples',
      '^examples/[^/]+/',
      ['^src/web/export-button/react\\.ts$'],
      'they have of rowferry what others have: HTTP, and what the package exports',
    ),
    {
      name: 'acceptance-is-black-box',
      severity: 'error',
      comment: 'acceptance tests see what a person sees: commands, HTTP and files',
      from: { path: '^test/acceptance/' },
      to: { path: '^(src|datasets)/' },
    },

    {
      name: 'no-technology-in-export',
      severity: 'error',
      comment: 'the pipeline is PostgreSQL to bytes',
      from: { path: '^src/export/' },
      to: { path: '(^|/)node_modules/(@types/)?(express|bullmq|ioredis|@aws-sdk)(/|$)' },
    },
    technology('openapi-fetch', 'openapi-fetch', '^src/client/', 'the only HTTP client of the API'),
    technology(
      'http',
      'express|express-rate-limit|helmet|cors|pino-http|@bull-board',
      '^src/(api|cli)/',
      'HTTP is the API’s',
    ),
    technology('mail', 'nodemailer', '^src/notify/', 'known to its adapter alone'),
    technology('eta', 'eta', '^src/(notify|export/bundle)/', 'for mails and the page in a bundle'),
    technology('webhooks', 'standardwebhooks|ipaddr\\.js', '^src/notify/', 'known to its adapter alone'),
    technology('croner', 'croner', '^src/schedule/', 'cron is read in one place'),
    technology('lit', 'lit|lit-html', '^src/web/', 'for browsers'),
    technology('uploads', '@fastify/busboy', '^src/api/', 'forms are read in one place'),
    technology('archives', 'saxes|yauzl', '^src/read/', 'files of others are read in one place'),
    technology('parquet', 'hyparquet', '^src/verify/', 'what is written is read back in one place'),
    technology('jose', 'jose', '^src/auth/', 'tokens are checked in one place'),
    technology(
      'metrics',
      'prom-client',
      '^src/metrics(\\.ts$|/)',
      'what is counted is declared in one place',
    ),
    technology(
      'traces',
      '@opentelemetry|bullmq-otel',
      '^src/cli/start-tracing\\.ts$',
      'loaded only where traces are asked for',
    ),
    technology('bullmq', 'bullmq', '^src/queue/', 'known to its adapter alone'),
    technology('redis', 'ioredis', '^src/(queue|doctor)/', 'known to its adapter and its check'),
    technology(
      's3',
      '@aws-sdk',
      '^src/(storage|doctor|cli)/',
      'known to its adapter, its check and the wiring',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
