import { boxOfBounds, cocoPieces, createCocoParts } from './coco.ts'
import {
  type CocoImage,
  cocoCategories,
  cocoFiles,
  cocoImages,
  hasCocoFile,
  splitOfPath,
} from './coco-file.ts'
import { cocoMasks } from './coco-rle.ts'
import type { Format, ReadCategory, ReadItem, Source, Writer, WriterOptions } from './format.ts'
import { stemOf } from './image-finder.ts'
import { asHeld } from './proof.ts'
import { colorRaster, valuesOfRaster } from './raster.ts'
import { createShapes, isRecord, noImage, numberOf, reasonOf, runsByValue, sizeProblem } from './shapes.ts'
import { Unreadable } from './unreadable.ts'

/** A PNG of segment ids for each image, and one list of what they are. Ids are those of the objects. */
export const cocoPanoptic: Format = {
  id: 'coco-panoptic',
  title: 'COCO panoptic',
  holds: {
    shape: 'pixels',
    holes: 'yes',
    parts: 'yes',
    objects: 'kept',
    stuff: 'one',
    void: 'merged',
    attributes: false,
    status: false,
    most: { objects: null, categories: null },
  },
  recognises: (source) => hasCocoFile(source, 'panoptic'),
  read: readPanoptic,
  writer: createPanopticWriter,
}

async function* readPanoptic(source: Source): AsyncGenerator<ReadItem> {
  for await (const found of cocoFiles(source)) {
    if (found.kind === 'broken') yield found.problem
    if (found.kind !== 'panoptic') continue
    const { path, file } = found
    const categories = cocoCategories(file.categories)
    const byImage = new Map(file.annotations.map(({ imageId, text }) => [imageId, text]))
    for (const item of cocoImages(path, file.images)) {
      if ('kind' in item) yield item
      else {
        const annotation = byImage.get(item.id)
        if (annotation !== undefined)
          yield await readSegments(source, path, item, JSON.parse(annotation), categories)
      }
    }
  }
}

/** Beside the list, in a folder of its name, or wherever there is just one file of that name. */
function pngOf(source: Source, path: string, name: string): string {
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
  const known = new Set(source.paths)
  const found = [`${stemOf(path)}/${name}`, `${folder}${name}`, name].find((each) => known.has(each))
  if (found !== undefined) return found
  const endings = source.paths.filter((each) => each.endsWith(`/${name}`))
  if (endings.length === 1) return endings[0]!
  throw new Unreadable(`Its picture "${name.slice(0, 200)}" is not there.`)
}

async function readSegments(
  source: Source,
  path: string,
  item: CocoImage,
  annotation: Record<string, unknown>,
  categories: ReadonlyMap<number, ReadCategory>,
): Promise<ReadItem> {
  const problem = (reason: string): ReadItem => ({ kind: 'problem', file: path, image: item.name, reason })
  const image = source.image(item.name)
  if (!image) return problem(noImage(item.name))
  try {
    const png = pngOf(source, path, String(annotation.file_name))
    const raster = await source.raster(png)
    const wrongSize = sizeProblem(image, raster)
    if (wrongSize !== null) return problem(wrongSize)
    if (raster.channels === 1) throw new Unreadable('Its picture has no three channels.')
    const runs = runsByValue(valuesOfRaster(raster), image.width, image.height)
    const shapes = createShapes(image, 'coco-panoptic')
    if (!Array.isArray(annotation.segments_info)) throw new Unreadable('It has no list of segments.')
    for (const segment of annotation.segments_info as unknown[]) {
      const id = isRecord(segment) ? numberOf(segment.id) : Number.NaN
      const category = isRecord(segment) ? categories.get(numberOf(segment.category_id)) : undefined
      if (!category) throw new Unreadable(`Segment ${id} is of no category of the list.`)
      const own = runs.get(id)
      runs.delete(id)
      if (own) shapes.runs(shapes.object(category, { id }), own)
      else shapes.remark('A segment of the list has no pixels and is left out.')
    }
    if (runs.size > 0) {
      const ids = [...runs.keys()].sort((a, b) => a - b).slice(0, 5)
      throw new Unreadable(`Its picture has pixels of segments that are not listed: ${ids.join(', ')}.`)
    }
    const label = { image, file: png, ...shapes.finish(), status: null, split: splitOfPath(path) }
    return { kind: 'label', label }
  } catch (error) {
    return problem(reasonOf(error))
  }
}

function createPanopticWriter(options: WriterOptions): Writer {
  const parts = createCocoParts()
  const suffixOf = (split: string | null) => (split === null ? '' : `_${split}`)
  let lastImage = 0
  return {
    imagePath: ({ name }) => `images/${name}`,
    async add(label) {
      const { images, annotations } = parts.of(label)
      const { width, height } = label.map
      const held = asHeld(label, cocoPanoptic.holds, options.categories)
      const masks = cocoMasks(held.map)
      const imageId = ++lastImage
      const file = `${label.name}.png`
      images.push(JSON.stringify({ id: imageId, file_name: label.name, width, height }))
      const segments = held.objects.flatMap(({ id, categoryId }) => {
        const mask = masks.get(id)
        return mask
          ? [{ id, category_id: categoryId, area: mask.area, bbox: boxOfBounds(mask), iscrowd: 0 }]
          : []
      })
      annotations.push(JSON.stringify({ image_id: imageId, file_name: file, segments_info: segments }))
      const bytes = await options.encode(colorRaster(held.map.ids, width, height))
      return [{ path: `annotations/panoptic${suffixOf(label.split)}/${file}`, bytes }]
    },
    async finish() {
      return parts.all().map(([suffix, each]) => ({
        path: `annotations/panoptic${suffix}.json`,
        bytes: cocoPieces(options, each),
      }))
    },
  }
}
