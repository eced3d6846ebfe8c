import { startS3Server } from './server.ts';

/** Entry of the embedded server's process: options come in by message, the address goes out, the channel is the leash. */
interface Options {
  directory: string;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
}

process.once('message', (options: Options) => {
  void startS3Server({ ...options, host: '127.0.0.1', port: 0 }).then((server) => {
    process.send?.({ url: server.url });
    process.on('disconnect', () => void server.close().finally(() => process.exit(0)));
  });
});
