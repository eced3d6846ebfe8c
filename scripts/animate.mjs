// Makes one moving picture (APNG) of many still ones.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import UPNG from 'upng-js';

/** The end is there to be read. */
const LAST_FRAME_MS = 3000;
const COLOURS = 256;

/**
 * @param {string} folder of pictures of one size, named by the milliseconds at which they were taken
 * @param {string} target
 */
export async function animate(folder, target) {
  const names = (await readdir(folder)).sort();
  const frames = [];
  for (const name of names) {
    const png = await readFile(join(folder, name));
    if (frames.at(-1)?.png.equals(png)) continue;
    frames.push({ at: Number.parseInt(name, 10), png });
  }
  const images = frames.map(({ png }) => UPNG.decode(png));
  const delays = frames.map(({ at }, index) => (frames[index + 1]?.at ?? at + LAST_FRAME_MS) - at);
  const [{ width, height }] = images;
  const pixels = images.map((image) => UPNG.toRGBA8(image)[0]);
  await writeFile(target, Buffer.from(UPNG.encode(pixels, width, height, COLOURS, delays)));
}
