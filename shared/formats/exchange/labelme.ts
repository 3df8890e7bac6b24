import { fromBase64, toBase64 } from '../../base/base64.ts'
import { normalizeRuns } from '../../image/runs.ts'
import { outlinesOfRuns } from '../../label/outline.ts'
import type { Ring } from '../../label/polygon.ts'
import { boundsOfRuns } from '../../label/region.ts'
import { splitOfPath } from './coco-file.ts'
import {
  type Format,
  type ReadItem,
  type ReadWish,
  type Source,
  textFile,
  type WriteLabel,
  type Writer,
  type WriterOptions,
  wholeHolds,
} from './format.ts'
import { stemOf } from './image-finder.ts'
import { ellipse } from './rings.ts'
import {
  createCategoryNames,
  createShapes,
  isRecord,
  nameOfCategory,
  noImage,
  numberOf,
  parseJson,
  readAttributes,
  reasonOf,
  runsByValue,
  sizeProblem,
} from './shapes.ts'
import { Unreadable } from './unreadable.ts'

/** A file for each image: a polygon for each part of an object, and a mask for an object with holes. */
export const labelme: Format = {
  id: 'labelme',
  title: 'labelme',
  holds: wholeHolds,
  async recognises(source) {
    for (const path of source.paths.filter((each) => each.endsWith('.json')).slice(0, 8)) {
      try {
        const file = parseJson(await source.text(path))
        if (isRecord(file) && Array.isArray(file.shapes) && 'imagePath' in file) return true
      } catch {
        // Whatever it is, it is not this.
      }
    }
    return false
  },
  boxes: 'masks',
  read: readLabelme,
  writer: createLabelmeWriter,
}

async function* readLabelme(source: Source, wish: ReadWish = {}): AsyncGenerator<ReadItem> {
  const category = createCategoryNames()
  for (const path of source.paths)
    if (path.endsWith('.json')) yield await readFile(source, path, category, wish)
}

async function readFile(
  source: Source,
  path: string,
  category: ReturnType<typeof createCategoryNames>,
  { boxes }: ReadWish,
): Promise<ReadItem> {
  let name: string | null = null
  try {
    const file = parseJson(await source.text(path))
    if (!isRecord(file) || !Array.isArray(file.shapes)) throw new Unreadable('It has no list of shapes.')
    // The place of the file itself tells more than the name it holds, which may be that of another computer.
    const own = stemOf(path)
    name = typeof file.imagePath === 'string' ? file.imagePath : own
    const last = name.split(/[\\/]/).pop()!
    const beside = path.includes('/') ? `${path.slice(0, path.lastIndexOf('/') + 1)}${last}` : last
    const image = source.image(beside) ?? source.image(name) ?? source.image(own)
    if (!image) throw new Unreadable(noImage(name))
    const [width, height] = [numberOf(file.imageWidth), numberOf(file.imageHeight)]
    const wrongSize = Number.isNaN(width) ? null : sizeProblem(image, { width, height })
    if (wrongSize !== null) throw new Unreadable(wrongSize)
    const shapes = createShapes(image, 'labelme', { boxes })
    for (const [i, shape] of file.shapes.entries()) {
      if (!isRecord(shape)) throw new Unreadable(`Shape ${i + 1} is no object.`)
      await addShape(source, shapes, shape, i + 1, category)
    }
    const label = { image, file: path, ...shapes.finish(), status: null, split: splitOfPath(path) }
    return { kind: 'label', label }
  } catch (error) {
    return { kind: 'problem', file: path, image: name, reason: reasonOf(error) }
  }
}

async function addShape(
  source: Source,
  shapes: ReturnType<typeof createShapes>,
  shape: Record<string, unknown>,
  number: number,
  category: ReturnType<typeof createCategoryNames>,
): Promise<void> {
  const name = nameOfCategory(shape.label)
  if (name === null) throw new Unreadable(`Shape ${number} has no label.`)
  const points: Ring = (Array.isArray(shape.points) ? shape.points : []).map((point) => {
    const [x, y] = Array.isArray(point) ? point.map(numberOf) : []
    return { x: x ?? Number.NaN, y: y ?? Number.NaN }
  })
  const kind = shape.shape_type ?? 'polygon'
  const group = numberOf(shape.group_id)
  const attributes = { ...readAttributes(shape.flags), ...readAttributes(shape.attributes) }
  const told = { ...(Number.isInteger(group) && { key: `${name} ${group}`, id: group }), attributes }
  const object = () => shapes.object(category(name), told)
  const [a, b] = points
  if (kind === 'polygon' && points.length >= 3) shapes.rings(object(), [points])
  else if (kind === 'rectangle' && a && b)
    shapes.box(category(name), [a, b], { ...told, group, source: shape })
  else if (kind === 'circle' && a && b) shapes.rings(object(), [circle(a, b)])
  else if (kind === 'mask' && a && b) await addMask(source, shapes, object(), shape.mask, a)
  else if ((kind === 'line' || kind === 'linestrip') && b)
    shapes.beside('polyline', category(name), points, { group, attributes, source: shape })
  else if ((kind === 'point' || kind === 'points') && a) {
    for (const point of points)
      shapes.beside('point', category(name), [point], { group, attributes, source: shape })
  } else if (
    ['polygon', 'rectangle', 'circle', 'mask', 'line', 'linestrip', 'point', 'points'].includes(String(kind))
  ) {
    throw new Unreadable(`Shape ${number} has too few corners.`)
  } else shapes.aside(shape, 'A shape of a kind that is not known here is kept and not shown.')
}

const circle = (centre: Ring[number], rim: Ring[number]): Ring => {
  const radius = Math.hypot(rim.x - centre.x, rim.y - centre.y)
  return ellipse(centre, radius, radius)
}

/** A picture of the box that begins at `corner`: what is not 0 is the object's. */
async function addMask(
  source: Source,
  shapes: ReturnType<typeof createShapes>,
  id: number,
  text: unknown,
  corner: Ring[number],
): Promise<void> {
  const png = typeof text === 'string' ? fromBase64(text) : null
  if (!png) throw new Unreadable('A mask is no base64.')
  const raster = await source.decode(png)
  const [left, top] = [Math.round(corner.x), Math.round(corner.y)]
  const { width, height } = shapes.size
  const pairs: number[] = []
  for (let y = 0; y < raster.height; y++) {
    for (let x = 0; x < raster.width; x++) {
      const [px, py] = [left + x, top + y]
      if (!raster.data[(y * raster.width + x) * raster.channels]) continue
      if (px >= 0 && py >= 0 && px < width && py < height) pairs.push(py * width + px, 1)
    }
  }
  shapes.runs(id, normalizeRuns(Uint32Array.from(pairs), width))
}

function createLabelmeWriter({ categories, encode }: WriterOptions): Writer {
  const nameOf = new Map(categories.map(({ id, name }) => [id, name]))
  const folderOf = ({ split }: Pick<WriteLabel, 'split'>) => (split === null ? '' : `${split}/`)
  const imagePath = (label: Pick<WriteLabel, 'name' | 'split'>) => `${folderOf(label)}${label.name}`
  return {
    imagePath,
    async add(label) {
      const { name, map, objects } = label
      const { width, height } = map
      const runs = runsByValue(map.ids, width, height)
      const shapes: unknown[] = []
      for (const { id, categoryId, attributes } of objects) {
        const own = runs.get(id)
        if (!own) continue
        const flags = Object.fromEntries(
          Object.entries(attributes).filter(([, value]) => typeof value === 'boolean'),
        )
        // The program knows flags that are true or false, and keeps what else it finds.
        const shape = { label: nameOf.get(categoryId), group_id: id, description: '', flags, attributes }
        const outlines = outlinesOfRuns(own, width)
        if (outlines.every(({ holes }) => holes.length === 0)) {
          for (const { outer } of outlines) {
            shapes.push({
              ...shape,
              points: outer.map(({ x, y }) => [x, y]),
              shape_type: 'polygon',
              mask: null,
            })
          }
          continue
        }
        const { x0, y0, x1, y1 } = boundsOfRuns(own, width)!
        const data = new Uint8Array((x1 - x0) * (y1 - y0))
        for (let i = 0; i < own.length; i += 2) {
          const y = Math.floor(own[i]! / width)
          const at = (y - y0) * (x1 - x0) + (own[i]! - y * width - x0)
          data.fill(1, at, at + own[i + 1]!)
        }
        const png = await encode({ width: x1 - x0, height: y1 - y0, channels: 1, data, palette: null })
        const points = [
          [x0, y0],
          [x1 - 1, y1 - 1],
        ]
        shapes.push({ ...shape, points, shape_type: 'mask', mask: toBase64(png) })
      }
      const file = {
        version: '5.5.0',
        flags: {},
        shapes,
        imagePath: name.split('/').pop(),
        imageData: null,
        imageHeight: height,
        imageWidth: width,
      }
      // With the ending of the image: a.jpg and a.png keep files of their own.
      return [textFile(`${imagePath(label)}.json`, `${JSON.stringify(file, null, 1)}\n`)]
    },
    finish: async () => [],
  }
}
