import { Option } from 'commander';
import type { Command } from 'commander';
import { addFileOptions, formatOption } from './file-options.ts';
import type { StartBulkOptions } from './remote-bulk.ts';
import { serverOption } from './server-option.ts';
import type { RemoteOptions } from './with-server.ts';

interface Helpers {
  print: (line: string) => void;
  collect: (value: string, previous: string[]) => string[];
}

type FormatOptions = RemoteOptions & { format: 'csv' | 'json'; output?: string };

/** `rowferry bulk …`. */
export function addBulkCommands(bulk: Command, { print, collect }: Helpers): void {
  const remote = () => import('./remote-bulk.ts');
  const command = (usage: string, description: string) =>
    bulk.command(usage).description(description).addOption(serverOption());

  addFileOptions(command('start <dataset>', 'ask for an export for each subject, and print the id'), collect)
    .option('--all', 'everybody that the dataset finds')
    .option('--subject <name>', 'this one; may be given again', collect, [])
    .option('--named <name>', 'whom this query of the dataset finds')
    .option('--where <name=value>', 'parameter of that query; may be given again', collect, [])
    .option('--param <name=value>', 'parameter that all exports share; may be given again', collect, [])
    .addOption(formatOption())
    .option('--email <address>', 'tell this address of the end; may be given again', collect, [])
    .option('--wait', 'wait until it has ended')
    .action(async (dataset: string, options: StartBulkOptions) =>
      (await remote()).startBulk(dataset, options, print),
    );

  command('show <id>', 'say how far it is, and what failed')
    .option('--json', 'as one JSON object')
    .action(async (id: string, options: RemoteOptions & { json?: true }) =>
      (await remote()).showBulk(id, options, print),
    );

  command('wait <id>', 'wait until it has ended').action(async (id: string, options: RemoteOptions) =>
    (await remote()).waitForBulk(id, options, print),
  );

  command('cancel <id>', 'cancel what has not ended').action(async (id: string, options: RemoteOptions) =>
    (await remote()).cancelBulk(id, options, print),
  );

  command('retry <id>', 'export again what failed').action(async (id: string, options: RemoteOptions) =>
    (await remote()).retryBulk(id, options, print),
  );

  command('manifest <id>', 'download what became of each subject')
    .addOption(new Option('--format <name>').choices(['csv', 'json']).default('csv'))
    .option('-o, --output <file>', 'default: standard output')
    .action(async (id: string, options: FormatOptions) => (await remote()).fetchManifest(id, options));
}
