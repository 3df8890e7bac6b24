import { type JsonRecord, parseExactJson } from '../../base/exact-json.ts'
import type { Split } from '../../dataset/card.ts'
import { heldValues } from '../../label/attributes.ts'
import { maskFromIds } from '../../label/masks.ts'
import { type LabelShapes, noShapes, type Shape, shapeRing } from '../../label/shape.ts'
import { besideImage, type CarriedRecord } from '../carried-record.ts'
import {
  readSegmentsAnnotations,
  type SegmentsAnnotations,
  type SegmentsObject,
  writeSegmentsAnnotations,
} from '../segments-annotations.ts'
import { segmentsAttribute } from '../segments-ontology.ts'
import { readSegmentsStatus, writeSegmentsStatus } from '../segments-status.ts'
import { cocoCategories } from './coco-file.ts'
import {
  type Format,
  type ReadCategory,
  type ReadItem,
  type ReadWish,
  type Source,
  textFile,
  type Writer,
  type WriterOptions,
  wholeHolds,
} from './format.ts'
import { stemOf } from './image-finder.ts'
import { jsonFiles } from './json-files.ts'
import { valuesOfRaster } from './raster.ts'
import { createShapes, isRecord, noImage, reasonOf, runsByValue, type Shapes, sizeProblem } from './shapes.ts'
import { Unreadable } from './unreadable.ts'

type Json = Record<string, unknown>

/** A release file, and the bitmaps that it names as files of the folder. */
export const segmentsRelease: Format = {
  id: 'segments',
  title: 'Segments.ai release',
  holds: { ...wholeHolds, status: true, shapes: true },
  boxes: 'shapes',
  recognises: async (source) => (await releasesOf(source)).some(({ dataset }) => dataset !== null),
  read: readReleases,
  writer: createReleaseWriter,
}

type Release = { readonly path: string; readonly dataset: Json | null; readonly problem: ReadItem | null }

/** Whole numbers of any length stay what they are. */
function parseExact(text: string): unknown {
  try {
    return parseExactJson(text.replace(/^\uFEFF/, ''))
  } catch {
    throw new Unreadable('It is no JSON.')
  }
}

async function releasesOf(source: Source): Promise<Release[]> {
  const found: Release[] = []
  const candidates = source.paths.filter((path) => path.endsWith('.json'))
  const likely = candidates.length > 64 ? candidates.filter((each) => /release/i.test(each)) : candidates
  for await (const { path, file, problem } of jsonFiles(source, likely, parseExact)) {
    if (problem) found.push({ path, dataset: null, problem })
    else if (isRecord(file) && isRecord(file.dataset) && Array.isArray(file.dataset.samples)) {
      found.push({ path, dataset: file.dataset, problem })
    }
  }
  return found
}

async function* readReleases(source: Source, { boxes = 'shapes' }: ReadWish = {}): AsyncGenerator<ReadItem> {
  for (const { path, dataset, problem } of await releasesOf(source)) {
    if (problem) yield problem
    if (!dataset) continue
    const taskType = typeof dataset.task_type === 'string' ? dataset.task_type : ''
    const taskAttributes = isRecord(dataset.task_attributes) ? dataset.task_attributes : {}
    const listed = Array.isArray(taskAttributes.categories) ? taskAttributes.categories : []
    const categories = cocoCategories(
      listed.map((each) => (isRecord(each) ? { ...each, isthing: each.has_instances !== false } : each)),
    )
    for (const [i, sample] of (dataset.samples as unknown[]).entries()) {
      if (!isRecord(sample) || typeof sample.name !== 'string') {
        yield { kind: 'problem', file: path, image: null, reason: `Sample number ${i + 1} has no name.` }
      } else if (isCarried(sample)) yield carriedItem(path, sample, taskType)
      else {
        const named = sample as Json & { name: string }
        let isWhole = false
        for await (const item of readSample(source, path, named, { categories, boxes, taskType })) {
          isWhole ||= item.kind === 'carried'
          yield item
        }
        if (!isWhole) yield* besideItem(path, sample, source.image(named.name)?.name)
      }
    }
  }
}

async function* readSample(
  source: Source,
  path: string,
  sample: Json & { name: string },
  options: {
    readonly categories: ReadonlyMap<number, ReadCategory>
    readonly boxes: 'shapes' | 'masks'
    readonly taskType: string
  },
): AsyncGenerator<ReadItem> {
  const { categories, boxes, taskType } = options
  const problem = (reason: string): ReadItem => ({ kind: 'problem', file: path, image: sample.name, reason })
  const label = labelOfSample(sample)
  // Nobody has labeled it.
  if (label === null) return
  const status = readSegmentsStatus(String(label.label_status))
  const attributes = isRecord(label.attributes) ? label.attributes : null
  if (!attributes || !Array.isArray(attributes.annotations)) {
    if (status === 'skipped' || status === 'unlabeled') return
    return yield problem('Its label has no list of annotations.')
  }
  const more = Object.fromEntries(Object.entries(label).filter(([key]) => key !== 'attributes'))
  const read = readSegmentsAnnotations(attributes as JsonRecord, more as JsonRecord)
  // A label that is none of an image: the sample is kept whole, with it.
  if (read === null) return yield carriedItem(path, sample, taskType)
  const image = source.image(sample.name)
  if (!image) return yield problem(noImage(sample.name))
  try {
    const drawn = createShapes(image, 'segments')
    let file = path
    if (read.kind === 'bitmap' && (read.bitmapUrl !== null || read.objects.length > 0)) {
      file = bitmapOf(source, path, sample.name, read.bitmapUrl)
      const raster = await source.raster(file)
      const wrongSize = sizeProblem(image, raster)
      if (wrongSize !== null) return yield problem(wrongSize)
      const runs = runsByValue(valuesOfRaster(raster), image.width, image.height)
      addBitmap(drawn, read.objects, runs, categories)
    }
    if (boxes === 'masks') addVectors(drawn, read.shapes?.shapes ?? [], categories)
    const shapes = withImageAttributes(read)
    const beside = shapes && { shapes: { label: shapes, categories } }
    yield {
      kind: 'label',
      label: { image, file, ...drawn.finish(), status, split: splitOf(sample), ...beside },
    }
  } catch (error) {
    yield problem(reasonOf(error))
  }
}

/** What this door has no card for stays with the label. */
function withImageAttributes({ shapes, imageAttributes }: SegmentsAnnotations): LabelShapes | null {
  if (Object.keys(imageAttributes).length === 0) return shapes
  const kept = shapes ?? noShapes
  return { ...kept, imageAttributes: { ...kept.imageAttributes, ...(imageAttributes as JsonRecord) } }
}

/** No image, but frames, sensors, points in space or a text. */
function isCarried({ attributes }: Json): boolean {
  return (
    isRecord(attributes) &&
    attributes.image === undefined &&
    ['frames', 'sensors', 'pcd', 'text'].some((key) => attributes[key] !== undefined)
  )
}

function carriedItem(
  file: string,
  { labels, tasks, ...sample }: Json,
  taskType: string,
): Extract<ReadItem, { kind: 'carried' }> {
  const sets = isRecord(labels) ? labels : isRecord(tasks) ? tasks : {}
  const record = {
    name: String(sample.name),
    taskType,
    sample: sample as JsonRecord,
    labels: sets as CarriedRecord['labels'],
  }
  return { kind: 'carried', file, record }
}

/** What is said of an image and has no place in its label here, whole: other labelsets, metadata. */
function* besideItem(path: string, sample: Json, image: string | undefined): Generator<ReadItem> {
  const { labels, tasks, ...whole } = sample
  const sets = isRecord(labels) ? labels : isRecord(tasks) ? tasks : {}
  const shown = labelOfSample(sample)
  const others = Object.entries(sets).filter(([, label]) => label !== null && label !== shown)
  const metadata = isRecord(sample.metadata) ? Object.keys(sample.metadata) : []
  if (image === undefined || (others.length === 0 && metadata.every((key) => key === 'split'))) return
  const item = carriedItem(path, { ...whole, labels: Object.fromEntries(others) }, besideImage)
  yield { ...item, record: { ...item.record, name: image } }
}

/** Its ground truth; older files say `tasks` for the sets of labels. */
function labelOfSample({ labels, tasks }: Json): Json | null {
  const sets = isRecord(labels) ? labels : isRecord(tasks) ? tasks : {}
  const label = sets['ground-truth'] ?? Object.values(sets)[0]
  return isRecord(label) ? label : null
}

function splitOf({ metadata }: Json): Split | null {
  const split = isRecord(metadata) ? metadata.split : null
  return split === 'train' || split === 'val' || split === 'test' ? split : null
}

/** The file that a link means: as it stands, or a copy under the names that the official client gives it. */
function bitmapOf(source: Source, path: string, sample: string, url: unknown): string {
  if (typeof url !== 'string' || url === '') throw new Unreadable('Its bitmap has no address.')
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
  const known = new Set(source.paths)
  const stem = stemOf(sample)
  const isLink = /^[a-z][a-z0-9+.-]*:/i.test(url)
  const last = url
    .replace(/[?#].*$/, '')
    .split('/')
    .pop()!
  const names = isLink
    ? [last, `${stem}_label_ground-truth.png`, `${stem.split('/').pop()}_label_ground-truth.png`]
    : [url]
  for (const name of names) {
    const found = [`${folder}${name}`, name].find((each) => known.has(each))
    if (found !== undefined) return found
    const endings = isLink && name !== '' ? source.paths.filter((each) => each.endsWith(`/${name}`)) : []
    if (endings.length === 1) return endings[0]!
  }
  throw new Unreadable(
    isLink
      ? 'Its bitmap is only a link. Put the downloaded file into the folder, or pull the dataset with its key.'
      : `Its bitmap "${url.slice(0, 200)}" is not there.`,
  )
}

function addBitmap(
  shapes: Shapes,
  objects: readonly SegmentsObject[],
  runs: Map<number, Uint32Array>,
  categories: ReadonlyMap<number, ReadCategory>,
): void {
  for (const { id, categoryId, attributes } of objects) {
    const category = requireCategory(categories, categoryId, id)
    const own = runs.get(id)
    runs.delete(id)
    if (own) shapes.runs(shapes.object(category, { id, attributes }), own)
    else shapes.remark('An annotation has no pixels and is left out.')
  }
  if (runs.size === 0) return
  const ids = [...runs.keys()].sort((a, b) => a - b).slice(0, 5)
  throw new Unreadable(`Its bitmap has pixels of objects that are not listed: ${ids.join(', ')}.`)
}

function requireCategory(
  categories: ReadonlyMap<number, ReadCategory>,
  categoryId: number,
  id: number,
): ReadCategory {
  const category = categories.get(categoryId)
  if (!category) throw new Unreadable(`Annotation ${id} is of no category of the list.`)
  return category
}

/** Boxes and polygons as objects, besides staying shapes. */
function addVectors(
  drawn: Shapes,
  list: readonly Shape[],
  categories: ReadonlyMap<number, ReadCategory>,
): void {
  for (const shape of list) {
    const ring = shapeRing(shape)
    if (ring) {
      const { held } = heldValues(shape.attributes ?? {})
      const category = requireCategory(categories, shape.categoryId, shape.id)
      const told = { id: shape.id, attributes: held }
      if (shape.type === 'bbox') drawn.box(category, ring, told)
      else drawn.rings(drawn.object(category, told), [ring])
    } else drawn.remark('A shape without an area (a point, a line) becomes no object.')
  }
}

/** A reader of one set wants a word about every sample: null for those without a label in it. */
function withSets(text: string, labelsets: ReadonlySet<string>): string {
  const sample = parseExactJson(text) as Json & { labels: Json }
  const none = [...labelsets].filter((set) => !Object.hasOwn(sample.labels, set)).map((set) => [set, null])
  return none.length === 0
    ? text
    : JSON.stringify({ ...sample, labels: { ...sample.labels, ...Object.fromEntries(none) } })
}

function createReleaseWriter({ title, categories, encode }: WriterOptions): Writer {
  const samples: string[] = []
  /** Of labels, by the name of their image. */
  const places = new Map<string, number>()
  const labelsets = new Set(['ground-truth'])
  /** Labels with a mask, and labels of shapes alone. */
  let [masks, vectors] = [0, 0]
  const kinds = new Set<string>()
  const imagePath = ({ name }: { readonly name: string }) => `images/${name}`
  return {
    imagePath,
    async add(label) {
      const { name, map, objects, status, split, shapes = null } = label
      const path = `labels/${name}.png`
      const { width, height, ids } = map
      const kind = objects.length === 0 && (shapes?.shapes.length ?? 0) > 0 ? 'vector' : 'bitmap'
      if (kind === 'vector') vectors++
      else masks++
      const bitmapUrl = kind === 'vector' ? null : path
      const said = { kind, objects, bitmapUrl, imageAttributes: {}, shapes } as const
      const { attributes, label: more } = writeSegmentsAnnotations(said)
      places.set(name, samples.length)
      samples.push(
        JSON.stringify({
          uuid: name,
          name,
          metadata: split === null ? {} : { split },
          attributes: { image: { url: imagePath(label) } },
          labels: { 'ground-truth': { label_status: writeSegmentsStatus(status), attributes, ...more } },
        }),
      )
      if (kind === 'vector') return []
      return [
        { path, bytes: await encode({ width, height, channels: 4, data: maskFromIds(ids), palette: null }) },
      ]
    },
    carry({ name, taskType, sample, labels }) {
      for (const set of Object.keys(labels)) labelsets.add(set)
      const at = places.get(name)
      if (taskType === besideImage && at !== undefined) {
        // It is one sample there: what is shown of it, and what was kept beside.
        const own = parseExactJson(samples[at]!) as Json & { metadata: Json; labels: Json }
        const metadata = { ...(isRecord(sample.metadata) ? sample.metadata : {}), ...own.metadata }
        samples[at] = JSON.stringify({ ...own, metadata, labels: { ...labels, ...own.labels } })
        return
      }
      if (taskType !== besideImage) kinds.add(taskType)
      samples.push(JSON.stringify({ ...sample, labels }))
    },
    async finish() {
      const task =
        masks > 0 || (vectors === 0 && kinds.size !== 1)
          ? 'segmentation-bitmap'
          : vectors > 0
            ? 'vector'
            : [...kinds][0]!
      const list = categories.map(({ id, name, color, hasInstances, attributes, isVoid }) => ({
        id,
        name,
        color: [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)),
        has_instances: hasInstances,
        ...(isVoid && { void: true }),
        ...(attributes && { attributes: attributes.map(segmentsAttribute) }),
      }))
      const head = JSON.stringify({
        name: title,
        owner: 'tessera',
        description: '',
        task_type: task,
        task_attributes: { format_version: '0.1', categories: list },
        labelsets: [...labelsets].map((each) => ({ name: each, description: '' })),
      }).slice(0, -1)
      const release = JSON.stringify({ name: title, description: '' }).slice(0, -1)
      const whole = labelsets.size === 1 ? samples : samples.map((each) => withSets(each, labelsets))
      return [
        textFile('release.json', `${release},"dataset":${head},"samples":[\n${whole.join(',\n')}\n]}}\n`),
      ]
    },
  }
}
