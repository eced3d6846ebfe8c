import { Command, Option } from 'commander';
import { formatBytes, formatCount } from './cli/format-numbers.ts';
import { addImportCommand } from './cli/import-command.ts';
import { addRemoteCommands } from './cli/remote-commands.ts';
import { AppError } from './errors.ts';
import type { CreateKeyCommand } from './cli/keys.ts';
import type { S3ServerCommand } from './cli/s3-server.ts';
import type { VerifyCommand } from './cli/verify.ts';
import type { Role } from './export/dataset.ts';
import { compressionNames, formatNames } from './export/formats/format.ts';

// Each command loads what it needs and nothing else: `rowferry keys list` should not wait for the S3 client.

const print = (line: string) => process.stdout.write(`${line}\n`);
const note = (line: string) => process.stderr.write(`${line}\n`);
const collect = (value: string, previous: string[]) => [...previous, value];
const wholeNumber = (value: string) => {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new AppError('bad_option', `"${value}" is not a whole number.`);
};

interface ExportCommand {
  param: string[];
  format: string[];
  compression?: string;
  option: string[];
  output: string;
  role?: Role;
  subject?: string;
  tenant: string;
  explain?: true;
}

const program = new Command('rowferry')
  .description('Exports rows of PostgreSQL to files that people download. Settings: docs/configuration.md')
  .showHelpAfterError();

program
  .command('start')
  .description('run everything on this machine, with a diary to try it on')
  .option('--once', 'export the diary, check the downloaded file, and stop')
  .action(async ({ once }: { once?: true }) =>
    (await import('./cli/start.ts')).start({ once: once === true }),
  );

program
  .command('api')
  .description('answer HTTP')
  .action(async () => {
    (await import('./cli/favour-memory.ts')).favourMemory();
    await (await import('./cli/serve.ts')).serveApi();
  });

program
  .command('worker')
  .description('run exports')
  .action(async () => (await import('./cli/serve.ts')).serveWorker());

program
  .command('migrate')
  .description('bring rowferry’s tables up to date')
  .action(async () => {
    const { migrateAll, withContext } = await import('./cli/context.ts');
    await withContext('rowferry-migrate', migrateAll);
  });

program
  .command('doctor')
  .description('check every part, and say how to mend what is wrong')
  .action(async () => {
    const { doctor } = await import('./cli/doctor.ts');
    if (!(await doctor(print))) process.exitCode = 1;
  });

program
  .command('seed')
  .description('fill an empty database with film diaries')
  .requiredOption('--users <n>', 'how many people', wholeNumber)
  .requiredOption('--entries <n>', 'diary entries of each', wholeNumber)
  .action(async ({ users, entries }: { users: number; entries: number }) => {
    await (await import('./cli/seed.ts')).seed({ users, entries });
    print(`${formatCount(users)} people have at least ${formatCount(entries)} entries each.`);
  });

program
  .command('export <dataset>')
  .description('write one export to files or to standard output, without queue and storage')
  .option('--param <name=value>', 'parameter of the dataset; may be given again', collect, [])
  .option(
    '--format <name>',
    `${formatNames.join(', ')}; default: csv, or zip for a bundle; given again, a file of each`,
    collect,
    [],
  )
  .addOption(new Option('--compression <name>', 'default: by the name of the file').choices(compressionNames))
  .option(
    '--option <name=value>',
    'how the file is written, e.g. preset=excel; may be given again',
    collect,
    [],
  )
  .option('-o, --output <file>', 'file or folder; - is standard output', '-')
  .addOption(new Option('--role <role>', 'as who: default admin, where it may').choices(['user', 'admin']))
  .option('--subject <id>', 'as who: default the one whose rows a user asks for')
  .option('--tenant <name>', 'as who', 'default')
  .option('--explain', 'say how the export would be made, and make none')
  .action(async (dataset: string, options: ExportCommand) => {
    const { format: formats, param: params, option, compression, output, role, subject, tenant } = options;
    const as = { role, subject, tenant };
    const typed = { dataset, formats, params, options: option, compression, output, as };
    if (options.explain) {
      await (await import('./cli/explain.ts')).explain(typed, print);
      return;
    }
    const { exportToFile } = await import('./cli/export-to-file.ts');
    const { rows, files } = await exportToFile(typed);
    for (const { path, bytes, sha256 } of files) {
      const name = path === output ? '' : `${path}: `;
      note(`${name}${formatCount(rows)} rows, ${formatBytes(bytes)}, SHA-256 ${sha256}`);
    }
  });

program
  .command('verify <file>')
  .description('check a downloaded file by its manifest, without any server')
  .option('--manifest <file>', 'default: beside it, with .manifest.json at the end of its name')
  .option('--key <public-key>', 'whose signature it must have, as `rowferry keys signing` shows it')
  .action(async (file: string, options: VerifyCommand) => {
    if (!(await (await import('./cli/verify.ts')).verify(file, options, print))) process.exitCode = 1;
  });

addImportCommand(program, { print, note, collect });
addRemoteCommands(program, { print, collect, wholeNumber });

const keys = program.command('keys').description('API keys');
keys
  .command('create')
  .description('make a key and show it once')
  .addOption(new Option('--role <role>', 'what it may do').choices(['user', 'admin']).makeOptionMandatory())
  .requiredOption('--subject <id>', 'whose rows a user exports; a name for an admin')
  .option('--tenant <name>', 'whose exports it reaches, and nobody else’s', 'default')
  .option('--scope <name>', 'read, write or act-as; may be given again', collect, [])
  .option('--expires-in <duration>', 'how long it is good, e.g. 90d or 12h; for ever if not given')
  .addHelpText('after', '\nWithout --scope a key has read and write.')
  .action(async (options: CreateKeyCommand) => {
    await (await import('./cli/keys.ts')).createKey(options, print);
  });
keys
  .command('list')
  .description('show all keys by their first characters')
  .option('--tenant <name>', 'only those of this tenant')
  .action(async ({ tenant }: { tenant?: string }) => (await import('./cli/keys.ts')).listKeys(tenant, print));
keys
  .command('signing')
  .description('show the public key that manifests of files are verified with')
  .option('--new', 'make a new pair of keys instead')
  .action(async (options: { new?: true }) =>
    (await import('./cli/signing.ts')).signingKeys(options.new === true, print),
  );
keys
  .command('revoke <id>')
  .description('make a key invalid')
  .action(async (id: string) => (await import('./cli/keys.ts')).revokeKey(id, print));

program
  .command('s3-server')
  .description('the embedded S3 server by itself; not for production')
  .requiredOption('--directory <path>', 'where objects are kept')
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--port <n>', 'port to listen on', wholeNumber, 9000)
  .option('--bucket <name>', 'bucket to make if it is missing')
  .action(async (options: S3ServerCommand) => (await import('./cli/s3-server.ts')).serveS3(options));

try {
  await program.parseAsync();
} catch (error) {
  // What we know is told in words; what we do not know needs its stack.
  if (error instanceof AppError) {
    const { reason, exitCode } = error.details;
    process.exitCode = typeof exitCode === 'number' ? exitCode : 1;
    note(typeof reason === 'string' ? `${error.message}\n  ${reason}` : error.message);
  } else {
    note(String(error instanceof Error ? error.stack : error));
    process.exitCode = 1;
  }
}
