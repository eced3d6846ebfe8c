import { Option } from 'commander';

/** Of every command that talks to a server. */
export function serverOption(): Option {
  return new Option('--server <url>', 'where rowferry answers')
    .env('ROWFERRY_URL')
    .default('http://localhost:3000');
}
