import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { compressionNames, fileFormatNames } from '../export/formats/format.ts';

type Collect = (value: string, previous: string[]) => string[];

/** How files are written, for all commands that ask a server for exports. */
export function addFileOptions(command: Command, collect: Collect): Command {
  return command
    .addOption(new Option('--compression <name>', 'default: none').choices(compressionNames))
    .option(
      '--option <name=value>',
      'how the file is written, e.g. preset=excel; may be given again',
      collect,
      [],
    )
    .addOption(new Option('--since <name>', 'only what has changed since the last export').choices(['last']));
}

/** `--format`, of commands that take one. */
export function formatOption(): Option {
  return new Option('--format <name>', 'default: csv, or zip for a bundle').choices(fileFormatNames);
}

/** `--format`, of commands that take several. */
export function formatsOption(): Option {
  const description = 'default: csv, or zip for a bundle; given again, a file of each';
  return new Option('--format <name>', description).argParser(oneMoreFormat);
}

function oneMoreFormat(name: string, before: readonly string[] = []): string[] {
  if (fileFormatNames.some((known) => known === name)) return [...before, name];
  throw new InvalidArgumentError(`Allowed choices are ${fileFormatNames.join(', ')}.`);
}
