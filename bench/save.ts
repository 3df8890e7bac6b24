import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encode as encodeWithFastPng } from 'fast-png'
import { createLabelCodec, type LabelCodec } from '../electron/adapters/label-codec.ts'
import { decodeLabelPng } from '../electron/adapters/label-png.ts'
import { createCategories } from '../electron/host/categories.ts'
import { createLabels, type Labels } from '../electron/host/labels.ts'
import { type Library, openLibrary } from '../electron/host/library.ts'
import { createSamples } from '../electron/host/samples.ts'
import { EncodedMap } from '../renderer/stores/encoded-map.ts'
import type { RevisionId, SampleId } from '../shared/dataset/digest.ts'
import { encodePatch } from '../shared/label/id-runs.ts'
import type { LabelMap } from '../shared/label/label-map.ts'
import { maskFromIds } from '../shared/label/masks.ts'
import { applyPatch, type MaskPatch } from '../shared/label/patch.ts'
import { boundsOfRuns } from '../shared/label/region.ts'
import { type BenchResult, type Measurement, measurement, median } from './bench-result.ts'

export const name = 'save'
export const question =
  'How long from an edit to its durable save, and where; and how long until the journal has it, and to open the label again?'

const cases = [
  { size: '1920x1208', width: 1920, height: 1208, runs: 15 },
  { size: '20 MP', width: 6028, height: 3391, runs: 7 },
] as const

/** Milliseconds of one save, by stage. `encode` is the window's part; the rest is the host's, and the rest of it. */
type Stages = { encode: number; worker: number; blobs: number; commit: number; total: number }

export async function run(): Promise<BenchResult> {
  const measurements: Measurement[] = []
  for (const test of cases) measurements.push(...(await measureCase(test)))
  return { measurements, skipped: [] }
}

async function measureCase({ size, width, height, runs }: (typeof cases)[number]): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  const codec = createLabelCodec()
  const clock: Stages = { encode: 0, worker: 0, blobs: 0, commit: 0, total: 0 }
  const { library, labels, sample } = await openBenchLibrary(join(folder, 'library'), timed(codec, clock), {
    width,
    height,
  })
  try {
    timeLibrary(library, clock)
    const map = await streetLabel(width, height)
    const encoded = new EncodedMap(map)
    const saves: Stages[] = []
    const strokes: number[] = []
    const opens: number[] = []
    const session = randomUUID()
    let base: string | null = null
    // The first save starts the worker and encodes every band: it is the opening, not a gesture.
    for (let n = 0; n <= runs; n++) {
      const patch = dab(map, n)
      const before = performance.now()
      await labels.appendJournal(
        sample,
        { ...headerOf(n), session, seq: n + 1, base, width, height },
        encodePatch(patch),
      )
      const journaled = performance.now()
      applyPatch(map, patch)
      encoded.markDirty(boundsOfRuns(patch.runs, width)!)
      const objects = objectsOf(map)
      Object.assign(clock, { encode: 0, worker: 0, blobs: 0, commit: 0 })
      const start = performance.now()
      const ids = encoded.bytes()
      clock.encode = performance.now() - start
      const { status, nextObjectId } = headerOf(n)
      const header = {
        base,
        status,
        objects,
        nextObjectId,
        tool: 'canvas',
        journal: { session, seq: n + 1 },
      }
      const answer: Awaited<ReturnType<Labels['save']>> = await labels.save(sample, header, ids)
      clock.total = performance.now() - start
      base = answer.revision
      const saved = performance.now()
      await labels.pixels(base as RevisionId)
      if (n === 0) continue
      opens.push(performance.now() - saved)
      strokes.push(journaled - before)
      saves.push({ ...clock })
    }
    const png = await labels.png(base as RevisionId)
    const peer = await peers(png, map, folder, runs)
    const total = measurement(
      `${size}: edit to durable save`,
      'ms',
      saves.map((save) => save.total),
    )
    const stage = (label: string, pick: (save: Stages) => number) =>
      measurement(`${size}:   ${label}`, 'ms', saves.map(pick))
    return [
      { ...total, against: { label: 'fast-png encoding alone', ratio: total.median / median(peer.fastPng) } },
      stage('bands of runs (window)', (save) => save.encode),
      stage('check, identity and PNG (worker)', (save) => save.worker),
      stage('blobs written and synced', (save) => save.blobs),
      stage('commit', (save) => save.commit),
      stage('the rest', (save) => save.total - save.encode - save.worker - save.blobs - save.commit),
      measurement(`${size}: stroke to journaled`, 'ms', strokes),
      measurement(`${size}: pixels of a saved label`, 'ms', opens),
      measurement(`${size}: peer, fast-png encoding alone`, 'ms', peer.fastPng),
      measurement(`${size}: floor, the PNG written without sync`, 'ms', peer.writeFile),
      measurement(`${size}: PNG`, 'kB', [png.length / 1000]),
      measurement(`${size}: PNG of the peer`, 'kB', [peer.bytes / 1000]),
    ]
  } finally {
    await labels.close()
    await codec.close()
    await library.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function openBenchLibrary(
  folder: string,
  codec: LabelCodec,
  { width, height }: { width: number; height: number },
) {
  const library = await openLibrary(folder, {
    mode: 'write',
    create: true,
    deviceId: randomUUID(),
    log: () => {},
    emit: () => {},
    reserveBytes: 0,
  })
  const { context } = library
  const categories = createCategories(context)
  categories.create({ name: 'thing', hasInstances: true })
  const image = await context.blobs.put(Buffer.from(`an image of ${width} × ${height}`))
  const inserted = await createSamples(context).insert({
    name: 'street.png',
    image,
    format: 'png',
    width,
    height,
    orientation: 1,
  })
  if (!('sample' in inserted)) throw new Error('the sample is there already')
  return {
    library,
    labels: createLabels(context, { categories, codec }),
    sample: inserted.sample.id as SampleId,
  }
}

function timed(codec: LabelCodec, clock: Stages): LabelCodec {
  return {
    ...codec,
    async encode(label, isKnown) {
      const start = performance.now()
      const encoded = await codec.encode(label, isKnown)
      clock.worker += performance.now() - start
      return encoded
    },
  }
}

/** Adds up what the blob store and the transactions of a library take. */
function timeLibrary({ context }: Library, clock: Stages): void {
  const { blobs, transaction } = context
  const put = blobs.put.bind(blobs)
  Object.assign(blobs, {
    async put(bytes: Uint8Array) {
      const start = performance.now()
      const ref = await put(bytes)
      clock.blobs += performance.now() - start
      return ref
    },
  })
  Object.assign(context, {
    transaction<T>(work: () => T): T {
      const start = performance.now()
      const result = transaction(work)
      clock.commit += performance.now() - start
      return result
    },
  })
}

/** The ground truth of a sample street at another size, nearest neighbour: regions and edges as real labels have them. */
async function streetLabel(width: number, height: number): Promise<LabelMap> {
  const truth = new URL('../assets/samples/truth/street-1.png', import.meta.url)
  const { width: fromWidth, height: fromHeight, ids: from } = await readTruth(fileURLToPath(truth))
  const ids = new Uint32Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * fromHeight) / height) * fromWidth
    for (let x = 0; x < width; x++) ids[y * width + x] = from[row + Math.floor((x * fromWidth) / width)]!
  }
  return { width, height, ids }
}

async function readTruth(path: string): Promise<LabelMap> {
  const png = await readFile(path)
  return decodeLabelPng(png, png.readUInt32BE(16), png.readUInt32BE(20))
}

const firstNewId = 1000

/** A brush dab of 64 pixels across, as a new object, somewhere else each time. */
function dab(map: LabelMap, n: number): MaskPatch {
  const [radius, cx] = [32, 100 + ((n * 389) % (map.width - 200))]
  const cy = 100 + ((n * 211) % (map.height - 200))
  const runs: number[] = []
  for (let y = -radius; y < radius; y++) {
    const half = Math.floor(Math.sqrt(radius * radius - y * y))
    if (half > 0) runs.push((cy + y) * map.width + cx - half, half * 2)
  }
  const starts = Uint32Array.from(runs)
  const total = starts.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0)
  const after = new Uint32Array(total).fill(firstNewId + n)
  return { runs: starts, before: after, after }
}

const thing = (id: number) => ({ id, categoryId: 1, attributes: {} })

function headerOf(n: number) {
  return {
    title: 'Brush',
    set: [thing(firstNewId + n)],
    removed: [],
    nextObjectId: firstNewId + n + 1,
    status: 'in progress' as const,
  }
}

function objectsOf(map: LabelMap) {
  return [...new Set(map.ids)]
    .filter((id) => id > 0)
    .sort((a, b) => a - b)
    .map(thing)
}

async function peers(png: Uint8Array, map: LabelMap, folder: string, runs: number) {
  const image = { width: map.width, height: map.height, data: maskFromIds(map.ids), channels: 4 }
  const fastPng: number[] = []
  const written: number[] = []
  let bytes = 0
  for (let n = 0; n < Math.min(runs, 5); n++) {
    let start = performance.now()
    bytes = encodeWithFastPng(image).length
    fastPng.push(performance.now() - start)
    start = performance.now()
    await writeFile(join(folder, `floor-${n}.png`), png)
    written.push(performance.now() - start)
  }
  return { fastPng, writeFile: written, bytes }
}
