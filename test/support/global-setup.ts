export default function setup(): void {
  process.env['TZ'] = 'UTC';
}
