import { Option } from 'commander';
import type { Command } from 'commander';
import type { Role } from '../export/dataset.ts';
import { onInvalidNames } from '../import/import-report.ts';
import type { OnInvalid } from '../import/import-report.ts';
import { readFormats } from '../read/file-row.ts';
import type { ReadFormat } from '../read/file-row.ts';

interface ImportCommand {
  param: string[];
  preset?: string;
  manifest?: string;
  format?: ReadFormat;
  option: string[];
  onInvalid: OnInvalid;
  dryRun?: true;
  json?: true;
  role?: Role;
  subject?: string;
  tenant: string;
}

interface Output {
  print: (line: string) => void;
  note: (line: string) => void;
  collect: (value: string, previous: string[]) => string[];
}

/** `rowferry import`. */
export function addImportCommand(program: Command, { print, note, collect }: Output): void {
  program
    .command('import <dataset> <file>')
    .description('write the rows of a file into the tables of a dataset; - is standard input')
    .option('--param <name=value>', 'parameter of the dataset; may be given again', collect, [])
    .option('--dry-run', 'say what would be written, and write nothing')
    .addOption(
      new Option('--on-invalid <what>', 'what an invalid row takes with it')
        .choices(onInvalidNames)
        .default('reject-file'),
    )
    .option('--preset <name>', 'whose file it is; default: by its header')
    .option(
      '--manifest <path>',
      'how it was written; default: the file’s name with .manifest.json, where there is one',
    )
    .addOption(new Option('--format <name>', 'of the file; default: by its content').choices(readFormats))
    .option(
      '--option <name=value>',
      'how an export wrote it, without a manifest; may be given again',
      collect,
      [],
    )
    .option('--json', 'print the report as JSON')
    .addOption(new Option('--role <role>', 'as who: default admin, where it may').choices(['user', 'admin']))
    .option('--subject <id>', 'as who: default the one whose rows a user asks for')
    .option('--tenant <name>', 'as who', 'default')
    .action(async (dataset: string, path: string, options: ImportCommand) => {
      const { importFile, describeReport } = await import('./import-file.ts');
      const { formOf } = await import('./form-of.ts');
      const { param: params, role, subject, tenant, preset, onInvalid, dryRun = false } = options;
      const form = await formOf(path, options, note);
      const as = { role, subject, tenant };
      const report = await importFile(
        { dataset, params, as, path, preset, ...form, onInvalid, dryRun },
        note,
      );
      const lines = options.json ? [JSON.stringify(report, null, 2)] : describeReport(report, dryRun);
      for (const line of lines) print(line);
      // As for a command that did not do all it was asked to.
      if (report.invalid > 0) process.exitCode = 1;
    });
}
