import { Option } from 'commander';

/** `--since last`, of all commands that ask a server for exports. */
export function sinceOption(): Option {
  return new Option('--since <name>', 'only what has changed since the last export').choices(['last']);
}
