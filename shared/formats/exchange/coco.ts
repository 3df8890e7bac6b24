import type { LabelMap } from '../../label/label-map.ts'
import { runsOfObject } from '../../label/object-index.ts'
import type { Category } from '../../label/ontology.ts'
import { outlinesOfRuns } from '../../label/outline.ts'
import {
  type CocoAnnotation,
  type CocoContent,
  type CocoImage,
  cocoCategories,
  cocoFiles,
  cocoImages,
  hasCocoFile,
  splitOfPath,
} from './coco-file.ts'
import { type CocoMask, checkCounts, cocoMasks, packCounts, unpackCounts } from './coco-rle.ts'
import {
  type Draft,
  type Drawn,
  type Format,
  type FormatId,
  type ReadCategory,
  type ReadItem,
  type ReadWish,
  type Source,
  type WriteLabel,
  type Writer,
  type WriterOptions,
  wholeHolds,
} from './format.ts'
import {
  createShapes,
  isRecord,
  noImage,
  numberOf,
  readAttributes,
  reasonOf,
  type Shapes,
  sizeProblem,
} from './shapes.ts'
import { createTextPieces, type TextPieces } from './text-pieces.ts'
import { Unreadable } from './unreadable.ts'

type Json = Record<string, unknown>

/** Objects as compressed run lengths, which hold every shape. */
export const coco: Format = {
  id: 'coco',
  title: 'COCO instances',
  holds: wholeHolds,
  recognises: (source) => hasCocoFile(source, 'objects'),
  boxes: 'masks',
  read: readCoco,
  drafts: { read: readDrafts, finish: readImage },
  writer: (options) => createCocoWriter('coco', options),
  draw: (label) => drawLabel('coco', label),
}

/** Objects as polygons along the edges of pixels, for readers that take nothing else. What has holes is run lengths still. */
export const cocoPolygons: Format = {
  ...coco,
  id: 'coco-polygons',
  title: 'COCO instances, polygons',
  recognises: async () => false,
  writer: (options) => createCocoWriter('coco-polygons', options),
  draw: (label) => drawLabel('coco-polygons', label),
}

/** One mask for each category in an image. */
export const cocoStuff: Format = {
  ...coco,
  id: 'coco-stuff',
  title: 'COCO stuff',
  holds: { ...wholeHolds, objects: 'no', stuff: 'one', attributes: false },
  recognises: async () => false,
  writer: (options) => createCocoWriter('coco-stuff', options),
  draw: (label) => drawLabel('coco-stuff', label),
}

async function* readCoco(source: Source, wish: ReadWish = {}): AsyncGenerator<ReadItem> {
  for await (const item of readDrafts(source))
    yield item.kind === 'draft' ? readImage(item, undefined, wish) : item
}

async function* readDrafts(source: Source): AsyncGenerator<ReadItem | Draft> {
  for await (const found of cocoFiles(source)) {
    if (found.kind === 'broken') yield found.problem
    else if (found.kind === 'objects') yield* readFile(source, found.path, found.file)
  }
}

/** What a draft carries: the annotations of an image, and the categories that they name. */
type Body = {
  readonly name: string
  /** As they stand in the file. */
  readonly annotations: readonly string[]
  readonly categories: ReadonlyMap<number, ReadCategory>
  /** Names of the key points of categories that have some. */
  readonly keypoints: ReadonlyMap<number, readonly string[]>
}

function* readFile(source: Source, path: string, file: CocoContent): Generator<ReadItem | Draft> {
  const categories = cocoCategories(file.categories)
  const keypoints = keypointNames(file.categories)
  const byImage = new Map<number, CocoAnnotation[]>()
  const lost: string[] = []
  for (const entry of file.annotations) {
    const list = byImage.get(entry.imageId)
    if (list) list.push(entry)
    else if (Number.isInteger(entry.imageId)) byImage.set(entry.imageId, [entry])
    else lost.push(`An annotation names no image.`)
  }
  // Whoever goes through the images needs each once.
  file.annotations = []
  for (const item of cocoImages(path, file.images)) {
    if ('kind' in item) {
      yield item
      continue
    }
    const listed = byImage.get(item.id) ?? []
    byImage.delete(item.id)
    const used = new Map<number, ReadCategory>()
    for (const { categoryId } of listed) {
      const category = categories.get(categoryId)
      if (category) used.set(categoryId, category)
    }
    const annotations = listed.map(({ text }) => text)
    yield draftOf(source, path, item, { name: item.name, annotations, categories: used, keypoints })
  }
  for (const [id, list] of byImage) {
    lost.push(`${list.length} annotations are of image ${id}, which is not in the list.`)
  }
  for (const reason of lost.slice(0, 100)) yield { kind: 'problem', file: path, image: null, reason }
}

function draftOf(source: Source, path: string, item: CocoImage, body: Body): ReadItem | Draft {
  const problem = (reason: string): ReadItem => ({ kind: 'problem', file: path, image: item.name, reason })
  const image = source.image(item.name)
  if (!image) return problem(noImage(item.name))
  const wrongSize = sizeProblem(image, item)
  if (wrongSize !== null) return problem(wrongSize)
  return { kind: 'draft', file: path, image, body }
}

function readImage({ file, image, body }: Draft, room?: Uint32Array, { boxes }: ReadWish = {}): ReadItem {
  const { name, annotations, ...known } = body as Body
  const shapes = createShapes(image, 'coco', { room, boxes })
  try {
    for (const text of annotations) addAnnotation(shapes, JSON.parse(text), image, known)
  } catch (error) {
    return { kind: 'problem', file, image: name, reason: reasonOf(error) }
  }
  return { kind: 'label', label: { image, file, ...shapes.finish(), status: null, split: splitOfPath(file) } }
}

function addAnnotation(
  shapes: Shapes,
  annotation: Json,
  { width, height }: { readonly width: number; readonly height: number },
  { categories, keypoints }: Pick<Body, 'categories' | 'keypoints'>,
): void {
  const name = `Annotation ${String(annotation.id).slice(0, 20)}`
  const category = categories.get(numberOf(annotation.category_id))
  if (!category) {
    throw new Unreadable(
      `${name} is of category ${String(annotation.category_id).slice(0, 20)}, which is not listed.`,
    )
  }
  const [object, own] = [numberOf(annotation.object_id), numberOf(annotation.id)]
  const attributes = readAttributes(annotation.attributes)
  const told = { ...(Number.isInteger(object) && { id: object }), attributes }
  if (annotation.iscrowd === 1) shapes.remark('A crowd is read as one object.')
  const { segmentation } = annotation
  const hasPoints = Array.isArray(annotation.keypoints) && annotation.keypoints.length > 0
  /** Null: a shape has all that is said of it. */
  let id: number | null = null
  try {
    if (isRecord(segmentation)) {
      const [h, w] = Array.isArray(segmentation.size) ? segmentation.size.map(numberOf) : []
      if (h !== height || w !== width) throw new Unreadable(`its mask is ${w} × ${h} pixels`)
      const { counts } = segmentation
      const list =
        typeof counts === 'string' ? unpackCounts(counts) : Array.isArray(counts) ? counts.map(numberOf) : []
      checkCounts(list, width, height)
      id = shapes.object(category, told)
      shapes.columns(id, list)
    } else if (Array.isArray(segmentation) && segmentation.length > 0) {
      id = shapes.object(category, told)
      for (const flat of segmentation) shapes.rings(id, [ringOfFlat(flat)])
    } else if (Array.isArray(annotation.bbox)) {
      const [x, y, w, h] = annotation.bbox.map(numberOf) as [number, number, number, number]
      const corners = [
        { x, y },
        { x: x + w, y: y + h },
      ]
      id = shapes.box(category, corners, { group: own, ...told, source: annotation })
    } else if (hasPoints) shapes.aside(annotation, 'Key points without a box or a mask are read as points.')
    else throw new Unreadable('it has neither a mask nor a box')
    if (!hasPoints) return
    // The points say where they are; which of them nobody marked stands here.
    if (id !== null)
      shapes.sayOf(id, { keypoints: annotation.keypoints, num_keypoints: annotation.num_keypoints ?? null })
    const names = keypoints.get(numberOf(annotation.category_id)) ?? []
    addKeypoints(shapes, category, annotation.keypoints, { names, group: own })
  } catch (error) {
    throw error instanceof Unreadable ? new Unreadable(`${name}: ${error.message}`) : error
  }
}

/** The names of key points by the ids of categories. */
function keypointNames(value: unknown): Map<number, readonly string[]> {
  const byId = new Map<number, readonly string[]>()
  for (const entry of Array.isArray(value) ? value : []) {
    if (!isRecord(entry) || !Array.isArray(entry.keypoints)) continue
    byId.set(
      numberOf(entry.id),
      entry.keypoints.slice(0, 1000).map((name) => String(name).slice(0, 200)),
    )
  }
  return byId
}

/** `[x, y, visibility, …]`; a visibility of 0 says that nobody marked it. Throws Unreadable. */
export function addKeypoints(
  shapes: Shapes,
  category: ReadCategory,
  flat: unknown,
  { names, group }: { readonly names: readonly string[]; readonly group: number },
): void {
  const numbers = Array.isArray(flat) ? flat.map(numberOf) : []
  if (numbers.length % 3 !== 0) throw new Unreadable('its key points are not three numbers each')
  for (let i = 0; i < numbers.length; i += 3) {
    const [x, y, visibility] = numbers.slice(i, i + 3) as [number, number, number]
    if (visibility === 0) continue
    const attributes = { keypoint: names[i / 3] ?? i / 3 + 1, visibility }
    shapes.beside('point', category, [{ x, y }], { group, attributes })
  }
}

/** `[x, y, x, y, …]`, at least three corners. Throws Unreadable. */
export function ringOfFlat(flat: unknown): { x: number; y: number }[] {
  if (!Array.isArray(flat) || flat.length < 6 || flat.length % 2 !== 0) {
    throw new Unreadable('a polygon has no pairs of numbers for at least three corners')
  }
  const ring: { x: number; y: number }[] = []
  for (let i = 0; i < flat.length; i += 2) ring.push({ x: numberOf(flat[i]), y: numberOf(flat[i + 1]) })
  return ring
}

/** What every COCO file of a dataset begins with. */
export const cocoInfo = (title: string) => ({ description: title, version: '1.0' })

export function cocoCategoryList(categories: readonly Category[]): Json[] {
  return categories.map(({ id, name, color, hasInstances, isVoid }) => ({
    id,
    name,
    supercategory: '',
    isthing: hasInstances ? 1 : 0,
    color: [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)),
    ...(isVoid && { void: true }),
  }))
}

/** The parts of one file that grow while labels come. */
export type CocoParts = { readonly images: TextPieces; readonly annotations: TextPieces }

/** A file for each split that has labels: one without a split is named for none. */
export function createCocoParts(): {
  of(label: Pick<WriteLabel, 'split'>): CocoParts
  all(): [suffix: string, CocoParts][]
} {
  const bySuffix = new Map<string, CocoParts>()
  return {
    of({ split }) {
      const suffix = split === null ? '' : `_${split}`
      const parts = bySuffix.get(suffix) ?? {
        images: createTextPieces(',\n'),
        annotations: createTextPieces(',\n'),
      }
      bySuffix.set(suffix, parts)
      return parts
    },
    all: () => [...bySuffix].sort(([a], [b]) => (a < b ? -1 : 1)),
  }
}

const utf8 = new TextEncoder()

/** The text of a file, in pieces. */
export function cocoPieces(options: WriterOptions, { images, annotations }: CocoParts): Uint8Array[] {
  const head = JSON.stringify({ info: cocoInfo(options.title), licenses: [] }).slice(0, -1)
  const categories = JSON.stringify(cocoCategoryList(options.categories))
  return [
    utf8.encode(`${head},"categories":${categories},"images":[\n`),
    ...images.take(),
    utf8.encode('\n],"annotations":[\n'),
    ...annotations.take(),
    utf8.encode('\n]}\n'),
  ]
}

export const boxOfBounds = ({ bounds: { x0, y0, x1, y1 } }: Pick<CocoMask, 'bounds'>) => [
  x0,
  y0,
  x1 - x0,
  y1 - y0,
]

function createCocoWriter(id: FormatId, options: WriterOptions): Writer {
  const files = createCocoParts()
  let lastImage = 0
  let lastAnnotation = 0
  return {
    imagePath: ({ name }) => `images/${name}`,

    async add(label, drawn = drawLabel(id, label)) {
      const { images, annotations } = files.of(label)
      const { width, height } = label.map
      const imageId = ++lastImage
      images.push(JSON.stringify({ id: imageId, file_name: label.name, width, height }))
      for (const fields of drawn) {
        annotations.push(`{"id":${++lastAnnotation},"image_id":${imageId},${fields}`)
      }
      return []
    },

    async finish() {
      const kind = id === 'coco-stuff' ? 'stuff' : 'instances'
      return files.all().map(([suffix, parts]) => ({
        path: `annotations/${kind}${suffix}.json`,
        bytes: cocoPieces(options, parts),
      }))
    },
  }
}

/** What each annotation of a label says behind its own number and that of its image. */
function drawLabel(id: FormatId, label: WriteLabel): Drawn {
  const { width, height } = label.map
  const byCategory = id === 'coco-stuff'
  const map = byCategory ? categoryMap(label) : label.map
  const masks = cocoMasks(map)
  const entries = byCategory
    ? [...masks.keys()].sort((a, b) => a - b).map((category) => ({ id: category, categoryId: category }))
    : label.objects
  const drawn: string[] = []
  for (const object of entries) {
    const mask = masks.get(object.id)
    if (!mask) continue
    const outlines =
      id === 'coco-polygons'
        ? outlinesOfRuns(
            runsOfObject(map, new Map([[object.id, { pixels: mask.area, bounds: mask.bounds }]]), object.id),
            width,
          )
        : null
    const segmentation =
      outlines?.every(({ holes }) => holes.length === 0) === true
        ? outlines.map(({ outer }) => outer.flatMap(({ x, y }) => [x, y]))
        : { size: [height, width], counts: packCounts(mask.counts) }
    const attributes = 'attributes' in object ? object.attributes : {}
    const fields = {
      category_id: object.categoryId,
      bbox: boxOfBounds(mask),
      area: mask.area,
      iscrowd: 0,
      segmentation,
      ...(!byCategory && { object_id: object.id }),
      ...(Object.keys(attributes).length > 0 && { attributes }),
    }
    drawn.push(JSON.stringify(fields).slice(1))
  }
  return drawn
}

/** The category of each pixel; 0 where nobody decided. */
export function categoryMap({ map, objects }: Pick<WriteLabel, 'map' | 'objects'>): LabelMap {
  const categoryOf = new Map(objects.map(({ id, categoryId }) => [id, categoryId]))
  const ids = new Uint32Array(map.ids.length)
  let last = 0
  let category = 0
  for (let p = 0; p < ids.length; p++) {
    const id = map.ids[p]!
    if (id !== last) {
      last = id
      category = id === 0 ? 0 : (categoryOf.get(id) ?? 0)
    }
    ids[p] = category
  }
  return { ...map, ids }
}
