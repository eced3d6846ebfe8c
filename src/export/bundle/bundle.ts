import type { z } from 'zod';
import { AppError } from '../../errors.ts';
import { optionFaults } from '../check-options.ts';
import { commonContradictions, commonShape } from '../dataset.ts';
import type { BundleFile, Dataset, DatasetDefinition } from '../dataset.ts';
import type { ExportOptions } from '../export-options.ts';
import type { FormatName } from '../formats/format.ts';
import { formats } from '../formats/index.ts';

interface BundleFileDefinition<Params> {
  /** Whose rows it holds: who gets which columns, and what its session is told, is as the dataset says. */
  dataset: Dataset;
  /** Of the file, without its extension. Default: the dataset's. */
  name?: string;
  format: FormatName;
  /** How it is written. Default: as the presets have it. */
  options?: Partial<Omit<ExportOptions, 'compression' | 'rowsPerFile' | 'since'>>;
  /** What it is, for people. Default: the dataset's. */
  description?: string;
  /**
   * What the dataset is asked for. Default: the params of the bundle that it has under the same name. Subject and tenant
   * are always those of the bundle.
   */
  params?(this: void, params: Params): Record<string, unknown>;
}

export interface BundleDefinition<Schema extends z.ZodObject> extends Pick<
  DatasetDefinition<Schema>,
  'name' | 'title' | 'description' | 'roles' | 'params' | 'subjectParam' | 'tenantParam' | 'subjects'
> {
  /** In the order of the zip; `index.html` comes behind them. */
  files: readonly [BundleFileDefinition<z.output<Schema>>, ...BundleFileDefinition<z.output<Schema>>[]];
}

export const INDEX_NAME = 'index.html';

/**
 * Declares a zip of several datasets, read in one snapshot: "all my data". It is asked for like any dataset, in the
 * format `zip`.
 *
 * @throws AppError `bad_dataset` that says which file cannot be in it, and why
 */
export function defineBundle<Schema extends z.ZodObject>(definition: BundleDefinition<Schema>): Dataset {
  const { files: declared, ...common } = definition;
  const parsed = commonShape.safeParse(common);
  const problems = parsed.success
    ? [...commonContradictions(definition), ...fileContradictions(definition)]
    : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (problems.length > 0) {
    throw new AppError('bad_dataset', `Bundle "${definition.name}" is not usable: ${problems.join('; ')}`);
  }
  const files = declared.map((file) => bundleFile(definition, file));
  const { source } = declared[0].dataset;
  return Object.freeze({
    ...common,
    ...(source === undefined ? {} : { source }),
    params: refusingMisfits(definition.params.strict(), files),
    formats: ['zip'] as const,
    columns: [],
    files,
    query: () => {
      throw new AppError('dataset_mismatch', `"${definition.name}" is a bundle: it is exported as zip.`);
    },
  });
}

/** The files of a bundle. @throws AppError `dataset_mismatch` where it is none, any more */
export function filesOf({ name, files }: Pick<Dataset, 'name' | 'files'>): readonly BundleFile[] {
  if (files !== undefined) return files;
  throw new AppError('dataset_mismatch', `The dataset "${name}" is no bundle. Request it again.`);
}

type Definition = BundleDefinition<z.ZodObject>;
type FileDefinition = Definition['files'][number];

function bundleFile(bundle: Definition, file: FileDefinition): BundleFile {
  const { dataset, format, description = dataset.description } = file;
  return {
    name: nameOf(file),
    dataset,
    format,
    options: optionsOf(file),
    description,
    params: (params) => dataset.params.parse(paramsOf(bundle, file, params)),
  };
}

function nameOf({ name, dataset, format }: FileDefinition): string {
  return `${name ?? dataset.name}.${formats[format].extension}`;
}

function optionsOf({ options = {} }: FileDefinition): ExportOptions {
  return { ...options, compression: 'none' };
}

function paramsOf(
  { subjectParam, tenantParam }: Definition,
  { dataset, params: choose }: FileDefinition,
  params: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const known = Object.entries(params).filter(([name]) => name in dataset.params.shape);
  const chosen = choose?.(params) ?? Object.fromEntries(known);
  const whose = [
    [dataset.subjectParam, subjectParam],
    [dataset.tenantParam, tenantParam],
  ].flatMap(([theirs, ours]) => (theirs === undefined || ours === undefined ? [] : [[theirs, params[ours]]]));
  return { ...chosen, ...(Object.fromEntries(whose) as Record<string, unknown>) };
}

/** A request that one of the files cannot be made of is told so at once. */
function refusingMisfits(params: z.ZodObject, files: readonly BundleFile[]): z.ZodObject {
  return params.superRefine((value, context) => {
    for (const { name, params: paramsOfFile } of files) {
      try {
        paramsOfFile(value);
      } catch {
        context.addIssue({ code: 'custom', message: `cannot be had with ${name}` });
      }
    }
  });
}

function fileContradictions(bundle: Definition): string[] {
  const { files } = bundle;
  const names = [...files.map(nameOf), INDEX_NAME];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return [
    ...(twice === undefined ? [] : [`files: "${twice}" is there twice`]),
    ...files.flatMap((file) => misfits(bundle, file).map((problem) => `files: ${nameOf(file)} ${problem}`)),
  ];
}

/** What a file has against being in this bundle. */
function misfits({ files: [first], roles, ...whose }: Definition, file: FileDefinition): string[] {
  const { dataset, format, name } = file;
  const { source = 'default' } = dataset;
  const { source: firstSource = 'default' } = first.dataset;
  const problems: string[] = [];
  if (dataset.files !== undefined) return ['is a bundle itself'];
  if (name !== undefined && !/^[a-z0-9][a-z0-9_-]{0,99}$/i.test(name)) {
    problems.push('needs a name of letters, digits, dashes and underscores');
  }
  if (source !== firstSource) {
    problems.push(
      `reads the source "${source}", and ${nameOf(first)} reads "${firstSource}": ` +
        'all files show one snapshot, which there is only within one source',
    );
  }
  if (!dataset.formats.includes(format)) {
    problems.push(`is ${format}, and the dataset has only ${dataset.formats.join(', ')}`);
  }
  for (const role of roles) {
    if (!dataset.roles.includes(role)) problems.push(`is not for the role ${role}, which the bundle is for`);
    for (const { path, detail } of optionFaults({ dataset, role }, [format], optionsOf(file))) {
      problems.push(`has an option that cannot be: ${path.join('.')} ${detail}`);
    }
  }
  for (const param of ['subjectParam', 'tenantParam'] as const) {
    if ((dataset[param] === undefined) !== (whose[param] === undefined)) {
      problems.push(`has ${dataset[param] === undefined ? 'no' : 'a'} ${param}, unlike the bundle`);
    }
  }
  return problems;
}
