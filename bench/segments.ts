import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { encodeLabelPng } from '../electron/adapters/label-png.ts'
import { emptyLabelMap, type LabelMap } from '../shared/label/label-map.ts'
import { startSegmentsDouble } from '../test/servers/segments/server.ts'
import { runPython } from '../test/support/run-python.ts'
import { plainClient } from '../test/support/segments-client.ts'
import { findSegmentsPython } from '../test/support/segments-python.ts'
import { type BenchOptions, type BenchResult, type Measurement, measurement } from './bench-result.ts'
import { createProgram, key } from './segments/program.ts'
import { measurePublish } from './segments/publish.ts'

export const name = 'segments'
export const question =
  'How long does a release of Segments.ai take until it is COCO, beside the official Python client on the same server?'

const samples = 1000
const [width, height, objects] = [640, 480, 10]
const names = ['car', 'person', 'tree', 'road', 'sky']
const of = `${samples.toLocaleString('en')} samples of ${width}x${height} with ${objects} objects`
const dataset = 'me/street'
/** Importing is not counted. What it loads it keeps: images, and masks with 16 bits. */
const program = `
import json, os, resource, time
from segments import SegmentsClient, SegmentsDataset
from segments.utils import export_dataset
client = SegmentsClient('${key}', api_url=os.environ['SEGMENTS_TEST_URL'])
release = client.get_release('${dataset}', 'v1')
began = time.perf_counter()
dataset = SegmentsDataset(release, segments_dir='cache')
loaded = time.perf_counter()
export_dataset(dataset, 'out', export_format='coco-instance')
done = time.perf_counter()
kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print('\\n' + json.dumps({'load': (loaded - began) * 1000, 'export': (done - loaded) * 1000, 'megabytes': kb / 1024}))
`

export async function run(options: BenchOptions): Promise<BenchResult> {
  const say = options.onProgress ?? (() => {})
  if (options.publish !== undefined) return measurePublish(Number(options.publish), say)
  const python = options['no-peers'] ? null : findSegmentsPython()
  const root = mkdtempSync(join(tmpdir(), 'tessera-segments-'))
  // Masks are made here, and looked at by those who read them.
  const server = await startSegmentsDouble({ dir: join(root, 'server'), releaseMs: 0, checksMasks: false })
  try {
    say(`a dataset of ${of}`)
    await fill(server)
    const ours = await measureOurs(root, server.url, say)
    const measurements: Measurement[] = []
    const failures: string[] = []
    if (python === null) measurements.push(...ours.measurements)
    else {
      say('the official client')
      const folder = join(root, 'peer')
      mkdirSync(folder)
      const out = await runPython(python, folder, program, { SEGMENTS_TEST_URL: server.url })
      const theirs = JSON.parse(out.split('\n').at(-1)!) as Record<'load' | 'export' | 'megabytes', number>
      const [pull, labels, whole, memory] = ours.measurements
      const beside = (one: Measurement, ms: number, what: string): Measurement => ({
        ...one,
        against: { label: `official client, ${what}`, ratio: one.median / ms },
      })
      measurements.push(
        beside(pull!, theirs.load, 'SegmentsDataset'),
        measurement('SegmentsDataset(release), official client', 'ms', [theirs.load]),
        beside(labels!, theirs.export, 'export_dataset'),
        whole!,
        measurement('export_dataset(…, coco-instance), official client', 'ms', [theirs.export]),
        memory!,
        measurement('most memory, official client', 'MB', [theirs.megabytes]),
      )
      const [mine, other] = [cocoIn(ours.out), cocoIn(join(folder, 'out'))]
      const differing = [...other].filter(([image, told]) => mine.get(image) !== told).length
      if (mine.size !== other.size || differing > 0)
        failures.push(`${differing} images of ${other.size} are told otherwise; ours are ${mine.size}.`)
      if (labels!.median > theirs.export)
        failures.push('An export of labels takes longer than the official client’s.')
    }
    return {
      measurements,
      failures,
      skipped: python ? [] : ['the official client: no Python has it, or --no-peers'],
      data: { samples, width, height, objects, categories: names.length },
    }
  } finally {
    await server.close()
    rmSync(root, { recursive: true, force: true })
  }
}

async function fill(server: Awaited<ReturnType<typeof startSegmentsDouble>>): Promise<void> {
  const { ask } = plainClient(server, key)
  const categories = names.map((each, i) => ({ id: i + 1, name: each, has_instances: i < 3 }))
  await ask('POST', '/user/datasets/', {
    name: 'street',
    task_attributes: { format_version: '0.1', categories },
  })
  const masks: Uint8Array[] = []
  for (let i = 0; i < 20; i++) masks.push(await encodeLabelPng(blobs(i)))
  for (let i = 0; i < samples; i++) {
    const photo = `frame-${String(i).padStart(4, '0')}.jpg`
    server.admin.addSample(dataset, { name: photo, url: server.admin.putFile(photo, await picture(i)) })
    const annotations = Array.from({ length: objects }, (_, at) => ({
      id: at + 1,
      track_id: at + 1,
      category_id: 1 + ((at + i) % names.length),
    }))
    const url = server.admin.putFile('label.png', masks[i % masks.length]!)
    const attributes = { format_version: '0.1', annotations, segmentation_bitmap: { url } }
    server.admin.editLabel(dataset, photo, { label_status: 'LABELED', attributes })
  }
  const made = await ask('POST', `/datasets/${dataset}/releases/`, { name: 'v1' })
  if (made.status !== 201) throw new Error(`no release was made: ${JSON.stringify(made.body)}`)
}

/** The whole way: a library, linked and pulled, a version, and its labels as COCO. Times with the start of the program. */
async function measureOurs(root: string, url: string, say: (line: string) => void) {
  const library = join(root, 'library')
  const tessera = createProgram(root, url, say)
  const on = ['--library', library]
  await tessera('init', library)
  await tessera('segments', 'link', dataset, ...on)
  const pull = await tessera('segments', 'pull', ...on)
  await tessera('commit', '-m', 'release', ...on)
  const out = join(root, 'labels')
  const labels = await tessera('export', '--format', 'coco', '--no-images', '--out', out, ...on)
  const whole = await tessera('export', '--format', 'coco', '--out', join(root, 'whole'), ...on)
  const measurements = [
    measurement(`segments pull, ${of}`, 'ms', [pull.ms]),
    measurement('export --format coco --no-images, proof and all', 'ms', [labels.ms]),
    measurement('export --format coco with images', 'ms', [whole.ms]),
    measurement('most memory of the program that exports', 'MB', [
      Math.max(labels.megabytes, whole.megabytes),
    ]),
  ]
  return { out, measurements }
}

type Coco = {
  categories: { id: number; name: string }[]
  images: { id: number; file_name: string }[]
  annotations: {
    image_id: number
    category_id: number
    bbox: number[]
    area: number
    segmentation: { counts: string }
  }[]
}
/** What the one COCO file of a folder tells about each image: category, box, area and run lengths of every object. */
function cocoIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.json'),
  )
  const told = new Map<string, string[]>()
  for (const file of files) {
    const coco = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Coco
    if (!Array.isArray(coco.annotations)) continue
    const category = new Map(coco.categories.map(({ id, name: each }) => [id, each]))
    const image = new Map(coco.images.map(({ id, file_name }) => [id, file_name.split('/').at(-1)!]))
    for (const one of coco.annotations) {
      const { bbox, area, segmentation } = one
      const line = JSON.stringify([category.get(one.category_id), bbox, area, segmentation.counts])
      const lines = told.get(image.get(one.image_id)!) ?? []
      lines.push(line)
      told.set(image.get(one.image_id)!, lines)
    }
  }
  return new Map([...told].map(([photo, lines]) => [photo, lines.sort().join('\n')]))
}

/** Numbers from 0 to 1, the same ones for a seed. */
function chances(seed: number): () => number {
  let state = seed * 7919 + 1
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
}

/** Objects with uneven borders, one over the other, each with some pixels left. */
function blobs(seed: number): LabelMap {
  const map = emptyLabelMap(width, height)
  const chance = chances(seed)
  for (let id = 1; id <= objects; id++) {
    const [cx, cy, r] = [chance() * width, chance() * height, (0.05 + chance() * 0.12) * width]
    const [lobes, turn] = [3 + Math.floor(chance() * 4), chance() * 6]
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const reach = r * (1 + 0.25 * Math.sin(lobes * Math.atan2(y - cy, x - cx) + turn))
        if (Math.hypot(x - cx, y - cy) < reach) map.ids[y * width + x] = id
      }
  }
  // Not one of them is wholly covered by those after it.
  for (let id = 1; id <= objects; id++) map.ids[id] = id
  return map
}

/** A photograph as large as most are, another one for each seed. */
async function picture(seed: number): Promise<Uint8Array> {
  const data = Buffer.alloc(width * height * 3)
  for (let i = 0; i < data.length; i++)
    data[i] = ((i >> 5) * (1 + (seed >> 8)) + seed + ((Math.imul(i, 2654435761) >>> 27) & 31)) & 255
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer()
}
