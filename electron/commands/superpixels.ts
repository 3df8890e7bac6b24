import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, extname, join } from 'node:path'
import { encode } from 'fast-png'
import { cellsOf } from '../../shared/superpixel/cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { compactnesses } from '../../shared/superpixel/merge-cost.ts'
import { encodeLabelPng } from '../adapters/label-png.ts'
import { readImageFile } from '../adapters/superpixels/image-file.ts'
import { buildSuperpixels } from '../adapters/superpixels/superpixels.ts'
import { type Command, UsageError } from './command.ts'
import { outputError, replaceFile } from './output-file.ts'
import { count as counted, printable } from './words.ts'

/** Ids that fit 16 bits. */
const MOST_GREY = 65_536
const smoothings = { '0.5': 0.5, '1': 1, '2': 2 } as const
const compactnessWords: readonly string[] = compactnesses.map((step) => `${step}`)

export const superpixels: Command = {
  name: 'superpixels',
  summary: 'divide an image into superpixels and write one PNG for each count',
  usage: 'IMAGE --count N[,N…] --out DIR',
  details: [
    'One build has every count, and the regions of a smaller count are unions of those of a larger one. Each file is named by what it has, as in "photo-400.png", and replaced if it is there.',
    'Up to 65,536 superpixels the PNG is grey with 16 bits: the id is its value. Above that it is RGBA: id = R + 256 G + 65536 B. Ids are 0, 1, … and every one is a 4-connected region.',
    'An image that has fewer leaves than asked for gives all of them. With --json, milliseconds for each stage of the build, without reading and writing files.',
  ],
  options: {
    count: { type: 'string', value: 'N[,N…]', help: 'how many superpixels, for one file each' },
    out: { type: 'string', value: 'DIR', help: 'the folder for the files; made if it is missing' },
    threads: { type: 'string', value: 'N', help: 'how many threads; as many as the machine has unless told' },
    smoothing: {
      type: 'string',
      value: 'PIXELS',
      help: 'blur the image first, against noise: 0.5 (unless told), 1 or 2',
    },
    compactness: {
      type: 'string',
      value: 'SHAPE',
      help: 'from 0, regions that follow all that is seen, to 1, round ones: 0, 0.25, 0.5 (unless told), 0.75 or 1',
    },
  },
  positionals: [1, 1],
  needsLibrary: false,
  async run(context) {
    const path = context.path(context.positionals[0]!)
    const counts = readCounts(context.option('count'))
    const out = context.option('out')
    if (out === undefined)
      throw new UsageError('"superpixels" needs a folder to write to.', 'Give --out DIR.')
    const folder = context.path(out)
    const threads = readThreads(context.option('threads'))
    const smoothing = readSmoothing(context.option('smoothing'))
    const compactness = readCompactness(context.option('compactness'))
    const image = await readImageFile(path, context.signal)
    await makeFolder(folder)
    const stages: Record<string, number> = {}
    const started = performance.now()
    let last = started
    const h = await buildSuperpixels(image, {
      threads,
      smoothing,
      compactness,
      shouldStop: () => context.signal.aborted,
      onStage: (name) => {
        const now = performance.now()
        stages[name] = (stages[name] ?? 0) + now - last
        last = now
      },
    })
    const total = performance.now() - started
    const name = basename(path, extname(path))
    const files: { count: number; superpixels: number; file: string }[] = []
    for (const count of counts) {
      context.signal.throwIfAborted()
      const cells = cellsOf(h, count)
      const file = join(folder, `${name}-${cells.length}.png`)
      await replaceFile(file, await pngOf(h, cells))
      files.push({ count, superpixels: cells.length, file })
    }
    const { width, height, leafCount, engine } = h
    const lines = [
      `${printable(basename(path))}: ${width} × ${height}, ${leafCount.toLocaleString('en')} leaves, ${Math.round(total)} ms`,
      ...files.map(({ superpixels, file }) => `  ${counted(superpixels, 'superpixel')}: ${file}`),
    ]
    return {
      json: {
        image: path,
        width,
        height,
        engine,
        threads,
        smoothing,
        compactness,
        leaves: leafCount,
        files,
        ms: total,
        stages,
      },
      text: lines.join('\n'),
    }
  },
}

function readCounts(text: string | undefined): number[] {
  if (text === undefined) throw new UsageError('"superpixels" needs a count.', 'Give --count N, or several.')
  return text.split(',').map((part) => wholeNumber(part.trim(), '--count'))
}

function readThreads(text: string | undefined): number {
  return text === undefined ? availableParallelism() : wholeNumber(text, '--threads')
}

function wholeNumber(text: string, option: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text)
  throw new UsageError(`"${text.slice(0, 40)}" is no ${option}.`, 'Give a whole number from 1 on.')
}

function readSmoothing(text = '0.5'): 0.5 | 1 | 2 {
  const known = smoothings[text as keyof typeof smoothings]
  if (known !== undefined) return known
  throw new UsageError(`"${text.slice(0, 40)}" is no --smoothing.`, 'Give 0.5, 1 or 2.')
}

function readCompactness(text = '0.5'): number {
  if (compactnessWords.includes(text)) return Number(text)
  throw new UsageError(`"${text.slice(0, 40)}" is no --compactness.`, 'Give 0, 0.25, 0.5, 0.75 or 1.')
}

/** The superpixel of every pixel, numbered from the first leaf on. */
async function pngOf(h: Hierarchy, cells: Uint32Array): Promise<Uint8Array> {
  const { width, height, leaf } = h
  const cellOfLeaf = new Uint32Array(h.leafCount)
  for (const [id, node] of cells.entries()) cellOfLeaf.fill(id, firstLeaf(h, node), endLeaf(h, node))
  const ids = leaf.map((number) => cellOfLeaf[number]!)
  if (cells.length > MOST_GREY) return encodeLabelPng({ width, height, ids })
  return encode({ width, height, data: Uint16Array.from(ids), channels: 1, depth: 16 })
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw outputError(error, folder)
  }
}
