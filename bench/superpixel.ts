import { join } from 'node:path'
import { buildSuperpixels } from '../electron/adapters/superpixels/superpixels.ts'
import { borderRanks } from '../shared/superpixel/boundary.ts'
import { buildHierarchy } from '../shared/superpixel/build.ts'
import { nodesOfLeaves, nodeUnder, recut } from '../shared/superpixel/cut.ts'
import type { Hierarchy, RgbaImage } from '../shared/superpixel/hierarchy.ts'
import { anchoredStep } from '../shared/superpixel/level.ts'
import { runsOfNode } from '../shared/superpixel/selection.ts'
import { decodeImage } from '../test/support/berkeley.ts'
import { sceneImage } from '../test/support/made-images.ts'
import { hasTestData, testData } from '../test/support/test-data.ts'
import { type BenchResult, type Measurement, measurement, median } from './bench-result.ts'
import { findPython, type OpenCv, openCvOver, peers, type Times } from './peers/opencv.ts'

export const name = 'superpixel'
export const question =
  'How long does the tree of all superpixels take, and where, against one size of a peer; and what do scrolling and hovering cost?'

type Case = {
  readonly size: string
  readonly width: number
  readonly height: number
  readonly file: string
  readonly runs: number
  /** How many superpixels the peers are asked for. */
  readonly count: number
}

const cases: readonly Case[] = [
  { size: '481x321', width: 481, height: 321, file: 'bsds500/val/3096.jpg', runs: 25, count: 400 },
  {
    size: '1920x1208',
    width: 1920,
    height: 1208,
    file: 'photos/picosdeeuropa_1920x1208.jpg',
    runs: 9,
    count: 1000,
  },
  {
    size: '1920x1208, dense',
    width: 1920,
    height: 1208,
    file: 'photos/life_1920x1208.jpg',
    runs: 9,
    count: 1000,
  },
  {
    size: '20 MP',
    width: 6028,
    height: 3391,
    file: 'photos/Kleiber_by_Lukas_Baubkus.jpg',
    runs: 3,
    count: 5000,
  },
]

const peerNames = { seeds: 'OpenCV SEEDS', slic: 'OpenCV SLIC' } as const

export async function run(): Promise<BenchResult> {
  const measurements: Measurement[] = []
  const skipped: string[] = []
  const python = await findPython()
  skipped.push(
    'peers fast-slic and js-segment-annotator: no package of theirs is installed with this repository',
  )
  if (!python) {
    skipped.push('peers OpenCV SLIC and SEEDS: no python3 imports cv2.ximgproc and numpy (TESSERA_PYTHON)')
  }
  for (const one of cases) {
    const isPhoto = hasTestData(one.file)
    if (!isPhoto) skipped.push(`${one.file} is not in TESSERA_TEST_DATA: a made image of that size instead`)
    const image = isPhoto ? await decodeImage(join(testData, one.file)) : sceneImage(one.width, one.height)
    const openCv = python ? await openCvOver(python, image, one.count) : null
    const { samples, hierarchy } = await turns(image, one.runs, openCv)
    await openCv?.close()
    measurements.push(...buildMeasurements(one, image, samples))
    measurements.push(...(await memoryMeasurements(one, image, hierarchy)))
    measurements.push(...queryMeasurements(one, hierarchy))
  }
  return { measurements, skipped }
}

type Samples = {
  readonly alone: Times[]
  readonly two: Times[]
  readonly reference: Times[]
  readonly peers: Readonly<Record<(typeof peers)[number], Times[]>>
  /** Milliseconds per stage of each run with one thread. */
  readonly stages: ReadonlyMap<string, number[]>
}

/** Everybody builds once in each turn, so that all of them see the same machine. */
async function turns(
  image: RgbaImage,
  runs: number,
  openCv: OpenCv | null,
): Promise<{ samples: Samples; hierarchy: Hierarchy }> {
  const stages = new Map<string, number[]>()
  const samples = { alone: [], two: [], reference: [], peers: { seeds: [], slic: [] }, stages } as {
    [kind in 'alone' | 'two' | 'reference']: Times[]
  } & Samples
  // The first builds compile the code; a session builds many.
  for (let i = 0; i < 3; i++) await buildSuperpixels(image)
  let hierarchy: Hierarchy | null = null
  for (let i = 0; i < runs; i++) {
    const took: Record<string, number> = {}
    let last = performance.now()
    const onStage = (stage: string) => {
      const now = performance.now()
      took[stage] = (took[stage] ?? 0) + now - last
      last = now
    }
    const [alone, built] = await timed(() => buildSuperpixels(image, { onStage }))
    hierarchy = built
    samples.alone.push(alone)
    for (const [stage, ms] of Object.entries(took)) stages.set(stage, [...(stages.get(stage) ?? []), ms])
    samples.two.push(await timedOnceStarted(image))
    for (const peer of openCv ? peers : []) samples.peers[peer].push(await openCv!.run(peer))
    if (i < 3) samples.reference.push((await timed(async () => buildHierarchy(image)))[0])
  }
  return { samples, hierarchy: hierarchy! }
}

/** Of this thread: what the engine's own threads do beside it (collecting garbage, compiling) is not the build's. */
async function timed<T>(work: () => Promise<T>): Promise<[Times, T]> {
  const [wall, cpu] = [performance.now(), process.threadCpuUsage()]
  const result = await work()
  const { user, system } = process.threadCpuUsage(cpu)
  return [{ wall: performance.now() - wall, cpu: (user + system) / 1000 }, result]
}

/** Two threads, from the moment at which the second one is there: a page starts it while the image is decoded. */
async function timedOnceStarted(image: RgbaImage): Promise<Times> {
  let [wall, cpu] = [performance.now(), process.cpuUsage()]
  let end: Times = { wall: 0, cpu: 0 }
  await buildSuperpixels(image, {
    threads: 2,
    onStage: (stage) => {
      if (stage === 'starting threads') [wall, cpu] = [performance.now(), process.cpuUsage()]
      const { user, system } = process.cpuUsage(cpu)
      end = { wall: performance.now() - wall, cpu: (user + system) / 1000 }
    },
  })
  return end
}

function buildMeasurements({ size, count }: Case, image: RgbaImage, samples: Samples): Measurement[] {
  const pixelCount = image.width * image.height
  const list: Measurement[] = []
  const seeds = samples.peers.seeds
  const add = (label: string, times: readonly Times[]) => {
    for (const clock of ['wall', 'cpu'] as const) {
      const taken = measurement(
        `${label}, ${size}, ${clock}`,
        'ms',
        times.map((time) => time[clock]),
      )
      const ratio = median(times.map((time) => time[clock])) / median(seeds.map((time) => time[clock]))
      const against = { label: `one ${peerNames.seeds} run`, ratio }
      list.push(seeds.length > 0 && times !== seeds ? { ...taken, against } : taken)
    }
  }
  if (seeds.length > 0) {
    for (const peer of peers) add(`${peerNames[peer]}, one size (${count})`, samples.peers[peer])
  }
  add('kernel, all sizes, one thread', samples.alone)
  for (const peer of seeds.length > 0 ? peers : []) {
    const ratio =
      median(samples.alone.map(({ cpu }) => cpu)) / median(samples.peers[peer].map(({ cpu }) => cpu))
    list.push(measurement(`one thread to ${peerNames[peer]}, ${size}, cpu`, 'ratio', [ratio]))
  }
  // Tiles are shared; an image of one tile has nothing to share.
  add('kernel, all sizes, two threads', samples.two)
  add('TypeScript reference, all sizes', samples.reference)
  list.push(
    measurement(
      `kernel, one thread, ${size}, per pixel`,
      'ns/px',
      samples.alone.map(({ cpu }) => (cpu * 1e6) / pixelCount),
    ),
  )
  for (const [stage, ms] of samples.stages) {
    list.push(
      measurement(
        `  ${stage}, ${size}`,
        'ns/px',
        ms.map((value) => (value * 1e6) / pixelCount),
      ),
    )
  }
  return list
}

/** What a build takes at its peak and what is kept of it, in bytes per pixel of the image. */
async function memoryMeasurements({ size }: Case, image: RgbaImage, h: Hierarchy): Promise<Measurement[]> {
  const pixelCount = image.width * image.height
  const perPixel = (label: string, bytes: number) =>
    measurement(`${label}, ${size}`, 'B/px', [bytes / pixelCount])
  const list: Measurement[] = []
  for (const threads of [1, 2]) {
    let peak = 0
    await buildSuperpixels(image, { threads, onMemory: (bytes) => (peak = bytes) })
    // The image is held beside the kernel's memory.
    list.push(
      perPixel(
        `peak memory with the image, ${threads === 1 ? 'one thread' : 'two threads'}`,
        peak + image.data.length,
      ),
    )
  }
  const kept = [h.leaf, h.parent, h.lo, h.hi, h.runStart, h.runs].reduce(
    (sum, { byteLength }) => sum + byteLength,
    0,
  )
  list.push(perPixel('memory kept', kept))
  list.push(perPixel('memory kept with border ranks', kept + borderRanks(h).byteLength))
  list.push(measurement(`pixels per leaf, ${size}`, 'px', [pixelCount / h.leafCount]))
  return list
}

/** What happens while a person scrolls, hovers and clicks. */
function queryMeasurements({ size }: Case, h: Hierarchy): Measurement[] {
  const counts = [100, 300, 1000, 3000, 10_000]
  const once = (work: () => void) => {
    const start = performance.now()
    work()
    return performance.now() - start
  }
  // The first calls compile the code.
  for (const count of counts) recut(h, nodesOfLeaves(h, count), count, 2 * count)
  const cuts = counts.map((count) => once(() => nodesOfLeaves(h, count)))
  const recuts = counts.flatMap((from) =>
    counts
      .filter((to) => to !== from)
      .map((to) => {
        const nodes = nodesOfLeaves(h, from)
        return once(() => recut(h, nodes, from, to))
      }),
  )
  const leaf = h.leaf[(h.height >> 1) * h.width + (h.width >> 1)]!
  const scrolls = counts.flatMap((count) =>
    (['smaller', 'larger'] as const).map((way) => {
      const nodes = nodesOfLeaves(h, count)
      return once(() => recut(h, nodes, count, anchoredStep(h, leaf, count, way, false)))
    }),
  )
  const hovers = counts.map((count) => {
    const queries = 10_000
    const ms = once(() => {
      for (let i = 0; i < queries; i++) nodeUnder(h, (i * 7919) % h.leaf.length, count)
    })
    return ms / queries
  })
  const centre = (h.height >> 1) * h.width + (h.width >> 1)
  const clicks = counts.map((count) => once(() => runsOfNode(h, nodeUnder(h, centre, count))))
  return [
    measurement(`cut of all leaves (K = 100 … 10 000), ${size}`, 'ms', cuts),
    measurement(`incremental cut, any of these to any other, ${size}`, 'ms', recuts),
    measurement(`scroll by a notch at the centre, ${size}`, 'ms', scrolls),
    measurement(`hover, ${size}`, 'ms', hovers),
    measurement(`pixels of the cell at the centre, ${size}`, 'ms', clicks),
    measurement(`ranks of all borders, ${size}`, 'ms', [once(() => borderRanks(h))]),
  ]
}
