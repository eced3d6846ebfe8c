/** What a figure has to reach, by its name in `ratios`. */
interface Target {
  ratio: string;
  figure: string;
  atLeast?: number;
  atMost?: number;
  unit: string;
}

const targets: readonly Target[] = [
  { ratio: 'bytePathVsPsqlCopy', figure: 'byte path against psql \\copy, rows/s', atLeast: 1.4, unit: '×' },
  { ratio: 'bytePathCpuVsPsqlCopy', figure: 'its CPU, Node.js and PostgreSQL', atMost: 0.9, unit: '×' },
  { ratio: 'bytePathVsNaive', figure: 'byte path against library defaults', atLeast: 10, unit: '×' },
  { ratio: 'rowPathVsNaive', figure: 'row path against library defaults', atLeast: 2.5, unit: '×' },
  { ratio: 'uploadVsCopyUpload', figure: 'export into S3 against COPY → S3', atLeast: 1.3, unit: '×' },
  { ratio: 'uploadVsNaiveUpload', figure: 'export into S3 against defaults → S3', atLeast: 12, unit: '×' },
  { ratio: 'wideVsPsqlCopy', figure: 'wide rows against psql \\copy', atLeast: 1.4, unit: '×' },
  {
    ratio: 'peakRssMiB',
    figure: 'peak memory of a worker, many rows, slow storage',
    atMost: 180,
    unit: 'MiB',
  },
  { ratio: 'rssGrowth1Mto10M', figure: 'its growth with ten times the rows', atMost: 0.1, unit: '' },
  {
    ratio: 'smallExportsPerSecond',
    figure: 'exports of 1,000 rows, one worker',
    atLeast: 40,
    unit: 'a second',
  },
  { ratio: 'smallExportP50Ms', figure: 'POST to completed, p50', atMost: 100, unit: 'ms' },
  {
    ratio: 'fairShareP95',
    figure: 'p95 beside 1,000 exports of another tenant, against alone',
    atMost: 2,
    unit: '×',
  },
  {
    ratio: 'apiWithStreamsMiB',
    figure: 'memory of an API with 1,000 open streams',
    atMost: 150,
    unit: 'MiB',
  },
  {
    ratio: 'bulkWorkerGrowth',
    figure: 'memory of a worker, 10,000 subjects against 1,000',
    atMost: 0.1,
    unit: '',
  },
  { ratio: 'bulkApiGrowth', figure: 'memory of the API, the same', atMost: 0.1, unit: '' },
  { ratio: 'twoWorkersVsOne', figure: 'two workers against one', atLeast: 1.5, unit: '×' },
  { ratio: 'apiP99WhileExportingMs', figure: 'API while its process exports, p99', atMost: 50, unit: 'ms' },
  { ratio: 'firstRowMs', figure: 'first row of an indexed query', atMost: 50, unit: 'ms' },
  { ratio: 'coldStartSeconds', figure: 'npm start, first time', atMost: 15, unit: 's' },
  { ratio: 'warmStartSeconds', figure: 'npm start, again', atMost: 5, unit: 's' },
];

export interface TargetResult extends Target {
  /** Null when it was not measured in this run. */
  value: number | null;
  reached: boolean | null;
}

export function checkTargets(ratios: Readonly<Record<string, number>>): TargetResult[] {
  return targets.map((target) => {
    const value = ratios[target.ratio];
    if (value === undefined || Number.isNaN(value)) return { ...target, value: null, reached: null };
    const { atLeast = -Infinity, atMost = Infinity } = target;
    return { ...target, value, reached: value >= atLeast && value <= atMost };
  });
}
