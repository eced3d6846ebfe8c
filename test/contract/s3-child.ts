// A process of its own for the embedded server, so that its memory can be measured and it can be killed.
import { startS3Server } from '../../src/embedded/s3/server.ts';

const [directory = ''] = process.argv.slice(2);
const server = await startS3Server({
  directory,
  port: 0,
  region: 'us-east-1',
  accessKeyId: 'child',
  secretAccessKey: 'child-secret',
});

process.on('message', (question) => {
  if (question === 'peak') process.send?.({ peakRssBytes: process.resourceUsage().maxRSS * 1024 });
});
process.on('disconnect', () => void server.close());
process.send?.({ url: server.url });
