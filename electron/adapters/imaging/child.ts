// Decodes untrusted pictures in a process of its own: a crash, a hang or an exploit of a codec meets a process that
// holds no library, no key and no network client. Speaks `decoder-message.ts` with whoever started it.
import { writeFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { AppError } from '../../../shared/base/app-error.ts'
import { autoWindow, deepLevel, depthHistogram, windowTable } from '../../../shared/image/deep-samples.ts'
import { checkDimensions, imageLimits } from '../../../shared/image/limits.ts'
import { toOrientation } from '../../../shared/image/orientation.ts'
import type { ImageFormat } from '../../../shared/image/sniff.ts'
import {
  type DecoderAnswer,
  type DecoderRequest,
  type Inspected,
  OVER_MEMORY_EXIT,
  type SampleFile,
  THUMB_SIDE,
} from './decoder-message.ts'

const memoryLimit = 2 * 1024 ** 3

sharp.cache(false)
// Two decoders run beside each other, so one thread each.
sharp.concurrency(1)
// libvips can also read SVG, PDF and more; nothing but our six formats may reach their parsers.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegFile',
    'VipsForeignLoadPngFile',
    'VipsForeignLoadWebpFile',
    'VipsForeignLoadTiffFile',
    'VipsForeignLoadNsgifFile',
    'VipsForeignLoadHeifFile',
  ],
})

// Pixels are decoded on other threads, so this one stays free to look.
setInterval(() => {
  if (process.memoryUsage.rss() > memoryLimit) process.exit(OVER_MEMORY_EXIT)
}, 100).unref()

function open(path: string) {
  return sharp(path, {
    limitInputPixels: imageLimits.pixels,
    failOn: 'truncated',
    sequentialRead: true,
    pages: 1,
  })
}

async function describe(path: string, expected: ImageFormat): Promise<Omit<Inspected, 'thumb'>> {
  const found = await open(path).metadata()
  const format = found.format === 'heif' && found.compression === 'av1' ? 'avif' : found.format
  if (format !== expected) throw damaged(`it says it is ${expected.toUpperCase()} but cannot be read as that`)
  const frames = found.pages ?? 1
  const { width, height } = found.autoOrient
  checkDimensions(width, height, frames)
  return { format: expected, width, height, orientation: toOrientation(found.orientation), frames }
}

async function inspect(path: string, expected: ImageFormat): Promise<Inspected> {
  const description = await describe(path, expected)
  const { data } = await (await eightBits(path))
    .resize({ width: THUMB_SIDE, height: THUMB_SIDE, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80, effort: 2 })
    .timeout({ seconds: imageLimits.decodeSeconds })
    .toBuffer({ resolveWithObject: true })
  return { ...description, thumb: data }
}

async function convert(path: string, expected: ImageFormat, out: string): Promise<void> {
  const { width, height } = await describe(path, expected)
  const written = await (await eightBits(path))
    .png({ compressionLevel: 3 })
    .timeout({ seconds: imageLimits.decodeSeconds })
    .toFile(out)
  if (written.width !== width || written.height !== height) throw damaged('its size is not what it says')
}

/** Whoever wants samples wants all bits of them: a scan of 12 bits in 16 would be black in 8. */
async function sample(
  path: string,
  expected: ImageFormat,
  out: string,
  deepUpTo?: number,
): Promise<SampleFile> {
  const { width, height } = await describe(path, expected)
  const found = await open(path).metadata()
  const depth = found.depth === 'ushort' || found.depth === 'float' ? found.depth : 'uchar'
  const isGrey = found.space === 'b-w' || found.space === 'grey16' || found.channels < 3
  if (deepUpTo !== undefined) {
    const channels = Math.min(4, Math.max(1, found.channels)) as SampleFile['channels']
    if (depth !== 'ushort') return { width, height, channels, depth }
    if (2 * width * height * channels > deepUpTo) throw tooDeep(deepUpTo)
  }
  const space = depth === 'uchar' ? (isGrey ? 'b-w' : 'srgb') : isGrey ? 'grey16' : 'rgb16'
  const upright = open(path).autoOrient()
  // Floats have no space that they could be brought into without losing their scale.
  const image = depth === 'float' ? upright : upright.pipelineColourspace(space).toColourspace(space)
  const { data, info } = await image
    .raw({ depth })
    .timeout({ seconds: imageLimits.decodeSeconds })
    .toBuffer({ resolveWithObject: true })
  if (info.width !== width || info.height !== height) throw damaged('its size is not what it says')
  const { channels } = info
  if (channels !== 1 && channels !== 2 && channels !== 3 && channels !== 4) {
    throw damaged(`it has ${channels} channels`)
  }
  await writeFile(out, data)
  return { width, height, channels, depth }
}

async function answer(request: DecoderRequest): Promise<DecoderAnswer> {
  try {
    switch (request.kind) {
      case 'inspect':
        return { kind: 'inspected', value: await inspect(request.path, request.format) }
      case 'convert':
        await convert(request.path, request.format, request.out)
        return { kind: 'converted' }
      case 'sample':
        return {
          kind: 'sampled',
          value: await sample(request.path, request.format, request.out, request.deepUpTo),
        }
    }
  } catch (error) {
    const known = error instanceof AppError ? error : explain(error)
    return { kind: 'failed', code: known.code, message: known.message, remedy: known.remedy }
  }
}

function tooDeep(most: number): AppError {
  return new AppError(
    'IN_TOO_BIG',
    `The image has more than ${most / 1024 / 1024} MiB of 16-bit values, the most that can be shown.`,
    { remedy: 'It is shown with 8 bits. Cut it into parts to see all of its values.' },
  )
}

/**
 * The picture as 8 bits a channel. One of a single band and more bits is spread between the percentiles of its values, as
 * the superpixels of the command line have it: most of such a scan may lie in a few of the upper bits, or in none.
 */
async function eightBits(path: string): Promise<Sharp> {
  const found = await open(path).metadata()
  const isGrey = found.space === 'b-w' || found.space === 'grey16' || found.channels < 3
  if (found.depth !== 'ushort' || !isGrey) return open(path).autoOrient().toColourspace('srgb')
  const { data, info } = await open(path)
    .autoOrient()
    .pipelineColourspace('grey16')
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .timeout({ seconds: imageLimits.decodeSeconds })
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  const level = deepLevel({ width, height, channels }, data)
  const table = windowTable(autoWindow(depthHistogram(level)))
  const bytes = new Uint8Array(level.data.length)
  const isAlpha = (i: number) => channels === 2 && i % 2 === 1
  for (let i = 0; i < bytes.length; i++) bytes[i] = isAlpha(i) ? level.data[i]! >>> 8 : table[level.data[i]!]!
  return sharp(bytes, {
    raw: { width, height, channels },
    limitInputPixels: imageLimits.pixels,
  }).toColourspace('srgb')
}

/** What libvips says, without the path that it may name. */
function explain(error: unknown): AppError {
  const text = error instanceof Error ? error.message : String(error)
  if (/pixel limit/i.test(text)) {
    return new AppError(
      'IN_TOO_BIG',
      `The image has more than ${imageLimits.pixels / 1e6} megapixels, the most that can be labeled.`,
      { remedy: 'Make it smaller or cut it into parts.' },
    )
  }
  if (/timeout/i.test(text)) {
    return new AppError('IN_TIMEOUT', `Decoding took longer than ${imageLimits.decodeSeconds} seconds.`, {
      remedy: 'Try again when the computer is less busy, or save the image in another format.',
    })
  }
  if (/premature|truncat|end of (file|stream|data)|not enough|too short|unexpected end/i.test(text)) {
    return damaged('it is cut off before its end')
  }
  return damaged('its contents cannot be decoded')
}

function damaged(reason: string): AppError {
  return new AppError('IN_FORMAT', `The image is damaged: ${reason}.`, {
    remedy: 'Copy it again from where it came from, or export it again.',
  })
}

// Node's fork gives `process.send`, Electron's utility process gives `process.parentPort`.
type ParentPort = {
  postMessage(message: DecoderAnswer): void
  on(event: 'message', listener: (event: { data: DecoderRequest }) => void): void
}
const parentPort = (process as { parentPort?: ParentPort }).parentPort

if (parentPort) {
  parentPort.on('message', ({ data }) => {
    void answer(data).then((result) => parentPort.postMessage(result))
  })
} else {
  process.on('message', (request: DecoderRequest) => {
    void answer(request).then((result) => process.send?.(result))
  })
  // Whoever started this process is gone; nobody waits for an answer any more.
  process.on('disconnect', () => process.exit(0))
}
