import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { baseRegions } from '../shared/superpixel/base-regions.ts'
import { blur, GRADIENT_BLUR, LIGHT_BLUR } from '../shared/superpixel/blur.ts'
import { buildHierarchy } from '../shared/superpixel/build.ts'
import { colourPlanes, type Planes } from '../shared/superpixel/colour.ts'
import { nodesOfLeaves, nodeUnder } from '../shared/superpixel/cut.ts'
import { gridGradients, gridRegions } from '../shared/superpixel/grid.ts'
import type { Hierarchy, RgbaImage } from '../shared/superpixel/hierarchy.ts'
import { leafRuns, numberLeaves } from '../shared/superpixel/leaves.ts'
import { mergeTree } from '../shared/superpixel/merge-tree.ts'
import { regionGraph, regionNodes } from '../shared/superpixel/region-graph.ts'
import { runsOfNode } from '../shared/superpixel/selection.ts'
import { berkeleyIds, berkeleyImage, berkeleySegmentations, decodeImage } from '../test/support/berkeley.ts'
import { sceneImage } from '../test/support/made-images.ts'
import { partitionOf, undersegmentationError } from '../test/support/partition.ts'
import { hasTestData, testData } from '../test/support/test-data.ts'
import { type BenchResult, type Measurement, measurement, median } from './bench-result.ts'

export const name = 'superpixel'
export const question =
  'How long does the tree of all superpixels take, and where, against one size of a peer; and how far do superpixels leak?'

type Case = {
  readonly size: string
  readonly width: number
  readonly height: number
  readonly file: string
  readonly runs: number
  /** How many superpixels the peer is asked for. */
  readonly count: number
}

const cases: readonly Case[] = [
  { size: '481x321', width: 481, height: 321, file: 'bsds500/val/3096.jpg', runs: 15, count: 400 },
  {
    size: '1920x1208',
    width: 1920,
    height: 1208,
    file: 'photos/picosdeeuropa_1920x1208.jpg',
    runs: 5,
    count: 1000,
  },
  {
    size: '20 MP',
    width: 6028,
    height: 3391,
    file: 'photos/Kleiber_by_Lukas_Baubkus.jpg',
    runs: 1,
    count: 5000,
  },
]

export async function run(): Promise<BenchResult> {
  const measurements: Measurement[] = []
  const skipped: string[] = []
  const peers = await findPeers()
  if (peers === null) {
    skipped.push('peers OpenCV SLIC and SEEDS (python3 cannot import cv2.ximgproc and numpy)')
  }
  for (const case_ of cases) {
    const isPhoto = hasTestData(case_.file)
    if (!isPhoto) skipped.push(`${case_.file} is not in TESSERA_TEST_DATA: a made image of that size instead`)
    const image = isPhoto
      ? await decodeImage(join(testData, case_.file))
      : sceneImage(case_.width, case_.height)
    const builds = buildTimes(image, case_.runs)
    const peerTimes = peers && (await peers(image, case_.count, case_.runs))
    measurements.push(...buildMeasurements(case_, image, builds, peerTimes))
    measurements.push(...stageMeasurements(case_, image))
    measurements.push(...queryMeasurements(case_, builds.hierarchy))
  }
  if (hasTestData('bsds500/val')) measurements.push(...(await leakMeasurements()))
  else skipped.push('undersegmentation error (bsds500/val is not in TESSERA_TEST_DATA)')
  return { measurements, skipped }
}

function timed<T>(work: () => T): [ms: number, result: T] {
  const start = performance.now()
  const result = work()
  return [performance.now() - start, result]
}

function buildTimes(image: RgbaImage, runs: number): { ms: number[]; hierarchy: Hierarchy } {
  // The first build compiles the code; a session builds many.
  if (runs > 1) buildHierarchy(image)
  const ms: number[] = []
  let hierarchy: Hierarchy | null = null
  for (let i = 0; i < runs; i++) {
    const [took, built] = timed(() => buildHierarchy(image))
    ms.push(took)
    hierarchy = built
  }
  return { ms, hierarchy: hierarchy! }
}

function buildMeasurements(
  { size, count }: Case,
  image: RgbaImage,
  { ms, hierarchy }: { ms: number[]; hierarchy: Hierarchy },
  peerTimes: Record<string, number[]> | null,
): Measurement[] {
  const pixelCount = image.width * image.height
  const build = measurement(`build of all sizes, ${size}`, 'ms', ms)
  const perPixel = measurement(
    `build of all sizes, ${size}, per pixel`,
    'ns/px',
    ms.map((value) => (value * 1e6) / pixelCount),
  )
  const leaves = measurement(`pixels per leaf, ${size}`, 'px', [pixelCount / hierarchy.leafCount])
  const against = Object.entries(peerTimes ?? {}).map(([peer, samples]): Measurement => {
    const label = `${peer}, one size (${count}), ${size}`
    return {
      ...measurement(label, 'ms', samples),
      against: { label: 'our build', ratio: median(samples) / build.median },
    }
  })
  return [build, perPixel, leaves, ...against]
}

/** The stages of `buildHierarchy`, one after another; their sum differs from a build by what is freed in between. */
function stageMeasurements({ size }: Case, image: RgbaImage): Measurement[] {
  const { width, height } = image
  const pixelCount = width * height
  const unhurried = () => {}
  const measurements: Measurement[] = []
  const stage = <T>(label: string, work: () => T): T => {
    const [ms, result] = timed(work)
    measurements.push(measurement(`  stage ${label}, ${size}`, 'ms', [ms]))
    return result
  }
  const planes = stage('colour', () => colourPlanes(image))
  const gradients = stage('blur and gradients', () => {
    for (const plane of planes) blur(plane, width, height, LIGHT_BLUR)
    const smooth: Planes = [planes[0].slice(), planes[1].slice(), planes[2].slice()]
    for (const plane of smooth) blur(plane, width, height, GRADIENT_BLUR)
    return gridGradients(smooth, width, height)
  })
  const regions = stage('grid round', () => gridRegions(planes, gradients, width, height, unhurried))
  const graph = stage('region graph', () =>
    regionGraph(regions, regionNodes(planes, regions), gradients, width, height),
  )
  const base = stage('base regions', () => baseRegions(graph, pixelCount, unhurried))
  const tree = stage('merge tree', () => mergeTree(base.graph, unhurried))
  stage('leaves', () => {
    const { leafNumber } = numberLeaves(tree)
    const leaf = regions.label
    for (let p = 0; p < pixelCount; p++) leaf[p] = leafNumber[base.ofNode[leaf[p]!]!]!
    return leafRuns(leaf, width, base.graph.count)
  })
  return measurements
}

/** What happens while a person scrolls, hovers and clicks. */
function queryMeasurements({ size }: Case, h: Hierarchy): Measurement[] {
  const counts = [100, 300, 1000, 3000, 10_000]
  const cuts = counts.map((count) => timed(() => nodesOfLeaves(h, count))[0])
  const hovers = counts.map((count) => {
    const queries = 10_000
    const [ms] = timed(() => {
      for (let i = 0; i < queries; i++) nodeUnder(h, (i * 7919) % h.leaf.length, count)
    })
    return (ms * 1000) / queries
  })
  const centre = (h.height >> 1) * h.width + (h.width >> 1)
  const clicks = counts.map((count) => timed(() => runsOfNode(h, nodeUnder(h, centre, count)))[0])
  return [
    measurement(`scroll to another size (100 … 10 000), ${size}`, 'ms', cuts),
    measurement(`hover, ${size}`, 'µs', hovers),
    measurement(`pixels of the cell at the centre, ${size}`, 'ms', clicks),
  ]
}

/** Mean undersegmentation error over all of BSDS500 val, and its ratio to the prototype's (reference figures). */
async function leakMeasurements(): Promise<Measurement[]> {
  const prototype = new Map([
    [100, 0.1108],
    [200, 0.0845],
    [400, 0.0668],
    [600, 0.0587],
    [1000, 0.0504],
  ])
  const ids = berkeleyIds('val')
  const sums = new Map<number, number>()
  for (const id of ids) {
    const h = buildHierarchy(await berkeleyImage('val', id))
    const segmentations = berkeleySegmentations('val', id)
    for (const count of prototype.keys()) {
      const partition = partitionOf(h, count)
      const errors = segmentations.map((drawn) => undersegmentationError(partition, drawn))
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
      sums.set(count, (sums.get(count) ?? 0) + mean / ids.length)
    }
  }
  return [...prototype].map(([count, theirs]) => ({
    ...measurement(`undersegmentation error, K = ${count}, ${ids.length} photographs`, 'UE', [
      sums.get(count)!,
    ]),
    against: { label: "the reference prototype's", ratio: sums.get(count)! / theirs },
  }))
}

/** Reads raw RGB from a file, so that decoding is no part of the time; prints `{"name": [ms, …]}`. */
const peerScript = `
import sys, json, time
import numpy as np, cv2
path, width, height, count, runs = sys.argv[1], *map(int, sys.argv[2:6])
cv2.setNumThreads(1)
image = np.fromfile(path, dtype=np.uint8).reshape(height, width, 3)
size = max(2, int(round((width * height / count) ** 0.5)))
def slic():
    lab = cv2.cvtColor(cv2.GaussianBlur(image, (3, 3), 0), cv2.COLOR_RGB2LAB)
    s = cv2.ximgproc.createSuperpixelSLIC(lab, cv2.ximgproc.SLIC, size, 10.0)
    s.iterate(10); s.enforceLabelConnectivity(25)
def seeds():
    s = cv2.ximgproc.createSuperpixelSEEDS(width, height, 3, count, 4)
    s.iterate(cv2.cvtColor(image, cv2.COLOR_RGB2HSV), 4)
out = {}
for name, run in (("OpenCV SLIC", slic), ("OpenCV SEEDS", seeds)):
    times = []
    for _ in range(runs):
        start = time.perf_counter(); run(); times.append((time.perf_counter() - start) * 1000)
    out[name] = times
print(json.dumps(out))
`

type Peers = (image: RgbaImage, count: number, runs: number) => Promise<Record<string, number[]>>

/** One size of OpenCV's superpixels on one thread; null when this machine's python3 has no OpenCV with contrib modules. */
async function findPeers(): Promise<Peers | null> {
  const python = promisify(execFile)
  try {
    await python('python3', ['-c', 'import numpy, cv2; cv2.ximgproc.createSuperpixelSLIC'])
  } catch {
    return null
  }
  return async (image, count, runs) => {
    const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
    try {
      const file = join(folder, 'image.rgb')
      await writeFile(file, withoutAlpha(image))
      const sizes = [image.width, image.height, count, Math.min(runs, 5)].map(String)
      const { stdout } = await python('python3', ['-c', peerScript, file, ...sizes])
      return JSON.parse(stdout) as Record<string, number[]>
    } finally {
      await rm(folder, { recursive: true })
    }
  }
}

function withoutAlpha({ data }: RgbaImage): Uint8Array {
  const rgb = new Uint8Array((data.length / 4) * 3)
  for (let i = 0, o = 0; i < data.length; i += 4, o += 3) {
    rgb[o] = data[i]!
    rgb[o + 1] = data[i + 1]!
    rgb[o + 2] = data[i + 2]!
  }
  return rgb
}
