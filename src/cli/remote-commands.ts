import { Option } from 'commander';
import type { Command } from 'commander';
import type { ExportFilter } from '../client/index.ts';
import { fileFormatNames } from '../export/formats/format.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import { addBulkCommands } from './bulk-commands.ts';
import { addFileOptions, formatsOption } from './file-options.ts';
import type { AuditCommand } from './remote-audit.ts';
import type { CreateScheduleCommand } from './remote-schedules.ts';
import type { RequestOptions } from './remote.ts';
import { serverOption } from './server-option.ts';
import type { RemoteOptions } from './with-server.ts';

interface Helpers {
  print: (line: string) => void;
  collect: (value: string, previous: string[]) => string[];
  wholeNumber: (value: string) => number;
}

interface ListCommand extends RemoteOptions {
  status?: NonNullable<ExportFilter['status']>;
  dataset?: string;
  limit: number;
  json?: true;
}

interface DownloadCommand extends RemoteOptions {
  output?: string;
  format?: FileFormatName;
}

const STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled', 'expired'];

/** The commands that talk to a server over HTTP, with the key in ROWFERRY_KEY. */
export function addRemoteCommands(program: Command, { print, collect, wholeNumber }: Helpers): void {
  const remote = () => import('./remote.ts');
  const command = (usage: string, description: string, parent = program) =>
    parent.command(usage).description(description).addOption(serverOption());

  addFileOptions(command('request <dataset>', 'ask a server for an export, and print its id'), collect)
    .option('--param <name=value>', 'parameter of the dataset; may be given again', collect, [])
    .addOption(formatsOption())
    .option('--wait', 'wait until it has ended')
    .option('-o, --output <file>', 'wait, and download it to this file or folder; - is standard output')
    .action(async (dataset: string, options: RequestOptions) =>
      (await remote()).requestRemote(dataset, options, print),
    );

  command('list', 'list the exports at a server, newest first')
    .addOption(new Option('--status <status>', 'only those with this status').choices(STATUSES))
    .option('--dataset <name>', 'only those of this dataset')
    .option('--limit <n>', 'at most this many', wholeNumber, 20)
    .option('--json', 'one JSON object a line')
    .action(async ({ status, dataset, limit: most, json, server }: ListCommand) => {
      const filter = { ...(status && { status }), ...(dataset !== undefined && { dataset }) };
      await (await remote()).listRemote({ filter, most, json: json === true }, { server }, print);
    });

  command('wait <id>', 'wait until an export at a server has ended').action(
    async (id: string, options: RemoteOptions) => (await remote()).waitRemote(id, options),
  );

  command('cancel <id>', 'cancel an export at a server').action(async (id: string, options: RemoteOptions) =>
    (await remote()).cancelRemote(id, options, print),
  );

  command('retry <id>', 'have a failed export at a server run once more').action(
    async (id: string, options: RemoteOptions) => (await remote()).retryRemote(id, options, print),
  );

  const schedules = program.command('schedules').description('exports that are made again and again');
  const remoteSchedules = () => import('./remote-schedules.ts');
  addFileOptions(command('create <dataset>', 'make a schedule, and print its id', schedules), collect)
    .requiredOption('--cron <expression>', 'when, such as "0 6 * * 1": minute, hour, day, month, weekday')
    .option('--time-zone <name>', 'whose clock that is, such as Europe/Berlin', 'UTC')
    .option('--title <text>', 'default: the dataset’s')
    .option('--param <name=value>', 'parameter of the dataset; may be given again', collect, [])
    .addOption(formatsOption())
    .option('--email <address>', 'who hears of each; may be given again', collect, [])
    .action(async (dataset: string, options: CreateScheduleCommand) =>
      (await remoteSchedules()).createSchedule(dataset, options, print),
    );
  command('list', 'list schedules, newest first', schedules)
    .option('--json', 'one JSON object a line')
    .action(async ({ json, server }: RemoteOptions & { json?: true }) =>
      (await remoteSchedules()).listSchedules(json === true, { server }, print),
    );
  for (const act of ['pause', 'resume', 'delete'] as const) {
    command(`${act} <id>`, `${act} a schedule`, schedules).action(
      async (id: string, options: RemoteOptions) =>
        (await remoteSchedules()).actOnSchedule(act, id, options, print),
    );
  }

  command('audit', 'show who did what at a server, newest first; for admins')
    .option('--actor <subject>', 'only what this subject did')
    .option('--act <name>', 'only acts of this kind, such as export.downloaded')
    .option('--object <id>', 'only what was done to the one with this id')
    .option('--from <time>', 'at or after this time, such as 2026-11-24T00:00:00Z')
    .option('--to <time>', 'before this time')
    .option('--limit <n>', 'at most this many', wholeNumber, 20)
    .option('--json', 'one JSON object a line')
    .addHelpText('after', '\nAll of it, as a file: rowferry request audit-log -o audit.csv')
    .action(async (options: AuditCommand) => (await import('./remote-audit.ts')).audit(options, print));

  const bulk = program
    .command('bulk')
    .description('exports for each of many subjects at a server, for admins');
  addBulkCommands(bulk, { print, collect });

  command('download <id>', 'wait for an export at a server, and download its files')
    .addOption(new Option('--format <name>', 'only the file of this format').choices(fileFormatNames))
    .option('-o, --output <file>', 'file or folder; default: named as the server says; - is standard output')
    .action(async (id: string, options: DownloadCommand) => (await remote()).downloadRemote(id, options));
}
