import { execFile } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'

/** Every picture is a mosaic of squares, each of one colour, so that its superpixels of that size are the squares. */
export const size = { width: 160, height: 120 }
export const square = 20
/** Each lane has three in a row, so that two pages can be at work without meeting. */
export const lanes = ['a', 'b'] as const
export type Lane = (typeof lanes)[number]
const places = ['1-before', '2-here', '3-next'] as const
export const picturesOf = (lane: Lane) =>
  places.map((place) => `${lane}${place}.png`) as [string, string, string]

const commandLine = fileURLToPath(new URL('../../../electron/cli.ts', import.meta.url))

/** A library of mosaics, three for each lane. */
export async function makeMosaics(library: string): Promise<void> {
  const folder = join(dirname(library), 'made')
  mkdirSync(folder)
  const environment = {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
    XDG_STATE_HOME: folder,
    TESSERA_LIBRARY: library,
  }
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [commandLine, ...words], { env: environment })
  const paths = lanes.flatMap(picturesOf).map((name) => join(folder, name))
  await Promise.all(
    paths.map((path, shade) => sharp(pixels(shade), { raw: { ...size, channels: 3 } }).toFile(path)),
  )
  await run('init', library)
  await run('import', ...paths)
  rmSync(folder, { recursive: true })
}

/** Neighbours differ by 30 levels and more; `shade` makes pictures of different bytes. */
function pixels(shade: number): Buffer {
  const data = Buffer.alloc(size.width * size.height * 3)
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const [column, row] = [Math.floor(x / square), Math.floor(y / square)]
      data.set([column * 32, row * 45, ((column + row) % 2) * 120 + shade], 3 * (y * size.width + x))
    }
  }
  return data
}
