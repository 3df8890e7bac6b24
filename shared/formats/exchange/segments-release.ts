import type { Split } from '../../dataset/card.ts'
import { maskFromIds } from '../../label/masks.ts'
import { segmentsAttribute } from '../segments-ontology.ts'
import { readSegmentsStatus, writeSegmentsStatus } from '../segments-status.ts'
import { cocoCategories } from './coco.ts'
import {
  type Format,
  type ReadCategory,
  type ReadItem,
  type Source,
  textFile,
  type Writer,
  type WriterOptions,
} from './format.ts'
import { stemOf } from './image-finder.ts'
import { jsonFiles } from './json-files.ts'
import { valuesOfRaster } from './raster.ts'
import {
  createShapes,
  isRecord,
  noImage,
  numberOf,
  readAttributes,
  reasonOf,
  runsByValue,
  type Shapes,
  sizeProblem,
  Unreadable,
} from './shapes.ts'

type Json = Record<string, unknown>

/** A release file, and the bitmaps that it names as files of the folder. */
export const segmentsRelease: Format = {
  id: 'segments',
  title: 'Segments.ai release',
  holds: {
    shape: 'pixels',
    holes: 'yes',
    parts: 'yes',
    objects: 'kept',
    stuff: 'as objects',
    void: 'class',
    attributes: true,
    status: true,
    most: { objects: null, categories: null },
  },
  recognises: async (source) => (await releasesOf(source)).some(({ dataset }) => dataset !== null),
  read: readReleases,
  writer: createReleaseWriter,
}

type Release = { readonly path: string; readonly dataset: Json | null; readonly problem: ReadItem | null }

async function releasesOf(source: Source): Promise<Release[]> {
  const found: Release[] = []
  const candidates = source.paths.filter((path) => path.endsWith('.json'))
  const likely = candidates.length > 64 ? candidates.filter((each) => /release/i.test(each)) : candidates
  for await (const { path, file, problem } of jsonFiles(source, likely)) {
    if (problem) found.push({ path, dataset: null, problem })
    else if (isRecord(file) && isRecord(file.dataset) && Array.isArray(file.dataset.samples)) {
      found.push({ path, dataset: file.dataset, problem })
    }
  }
  return found
}

async function* readReleases(source: Source): AsyncGenerator<ReadItem> {
  for (const { path, dataset, problem } of await releasesOf(source)) {
    if (problem) yield problem
    if (!dataset) continue
    const taskAttributes = isRecord(dataset.task_attributes) ? dataset.task_attributes : {}
    const listed = Array.isArray(taskAttributes.categories) ? taskAttributes.categories : []
    const categories = cocoCategories(
      listed.map((each) => (isRecord(each) ? { ...each, isthing: each.has_instances !== false } : each)),
    )
    for (const [i, sample] of (dataset.samples as unknown[]).entries()) {
      if (!isRecord(sample) || typeof sample.name !== 'string') {
        yield { kind: 'problem', file: path, image: null, reason: `Sample number ${i + 1} has no name.` }
      } else yield* readSample(source, path, sample as Json & { name: string }, categories)
    }
  }
}

async function* readSample(
  source: Source,
  path: string,
  sample: Json & { name: string },
  categories: ReadonlyMap<number, ReadCategory>,
): AsyncGenerator<ReadItem> {
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
  const image = source.image(sample.name)
  if (!image) return yield problem(noImage(sample.name))
  try {
    const shapes = createShapes(image)
    const bitmap = isRecord(attributes.segmentation_bitmap) ? attributes.segmentation_bitmap : null
    let file = path
    if (bitmap) {
      file = bitmapOf(source, path, sample.name, bitmap.url)
      const raster = await source.raster(file)
      const wrongSize = sizeProblem(image, raster)
      if (wrongSize !== null) return yield problem(wrongSize)
      const runs = runsByValue(valuesOfRaster(raster), image.width, image.height)
      addBitmap(shapes, attributes.annotations, runs, categories)
    } else addVectors(shapes, attributes.annotations, categories)
    yield { kind: 'label', label: { image, file, ...shapes.finish(), status, split: splitOf(sample) } }
  } catch (error) {
    yield problem(reasonOf(error))
  }
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
  annotations: readonly unknown[],
  runs: Map<number, Uint32Array>,
  categories: ReadonlyMap<number, ReadCategory>,
): void {
  for (const annotation of annotations) {
    const { id, category, attributes } = annotationOf(annotation, categories)
    const own = runs.get(id)
    runs.delete(id)
    if (own) shapes.runs(shapes.object(category, { id, attributes }), own)
    else shapes.remark('An annotation has no pixels and is left out.')
  }
  if (runs.size === 0) return
  const ids = [...runs.keys()].sort((a, b) => a - b).slice(0, 5)
  throw new Unreadable(`Its bitmap has pixels of objects that are not listed: ${ids.join(', ')}.`)
}

function annotationOf(annotation: unknown, categories: ReadonlyMap<number, ReadCategory>) {
  if (!isRecord(annotation)) throw new Unreadable('An annotation is no object.')
  const id = numberOf(annotation.track_id ?? annotation.id)
  if (!Number.isInteger(id) || id < 1) throw new Unreadable('An annotation has no id.')
  const category = categories.get(numberOf(annotation.category_id))
  if (!category) throw new Unreadable(`Annotation ${id} is of no category of the list.`)
  return { id, category, attributes: readAttributes(annotation.attributes), annotation }
}

function addVectors(
  shapes: Shapes,
  annotations: readonly unknown[],
  categories: ReadonlyMap<number, ReadCategory>,
): void {
  for (const each of annotations) {
    const { id, category, attributes, annotation } = annotationOf(each, categories)
    const points = Array.isArray(annotation.points) ? annotation.points : []
    const ring = points.map((point) => {
      const [x, y] = Array.isArray(point) ? point.map(numberOf) : []
      return { x: x ?? Number.NaN, y: y ?? Number.NaN }
    })
    if (annotation.type === 'bbox' && ring.length === 2) {
      shapes.box(shapes.object(category, { id, attributes }), ring[0]!.x, ring[0]!.y, ring[1]!.x, ring[1]!.y)
    } else if (annotation.type === 'polygon' && ring.length >= 3) {
      shapes.rings(shapes.object(category, { id, attributes }), [ring])
    } else shapes.remark('A shape without an area (a point, a line) is left out.')
  }
}

function createReleaseWriter({ title, categories, encode }: WriterOptions): Writer {
  const samples: string[] = []
  const imagePath = ({ name }: { readonly name: string }) => `images/${name}`
  return {
    imagePath,
    async add(label) {
      const { name, map, objects, status, split } = label
      const path = `labels/${name}.png`
      const { width, height, ids } = map
      const annotations = objects.map(({ id, categoryId, attributes }) => ({
        id,
        track_id: id,
        category_id: categoryId,
        attributes,
      }))
      const attributes = { format_version: '0.1', annotations, segmentation_bitmap: { url: path } }
      samples.push(
        JSON.stringify({
          uuid: name,
          name,
          metadata: split === null ? {} : { split },
          attributes: { image: { url: imagePath(label) } },
          labels: { 'ground-truth': { label_status: writeSegmentsStatus(status), attributes } },
        }),
      )
      return [
        { path, bytes: await encode({ width, height, channels: 4, data: maskFromIds(ids), palette: null }) },
      ]
    },
    async finish() {
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
        task_type: 'segmentation-bitmap',
        task_attributes: { format_version: '0.1', categories: list },
        labelsets: [{ name: 'ground-truth', description: '' }],
      }).slice(0, -1)
      const release = JSON.stringify({ name: title, description: '' }).slice(0, -1)
      return [
        textFile('release.json', `${release},"dataset":${head},"samples":[\n${samples.join(',\n')}\n]}}\n`),
      ]
    },
  }
}
