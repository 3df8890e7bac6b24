import { typedValue } from '../../dataset/card.ts'
import { normalizeRuns } from '../../image/runs.ts'
import type { AttributeValue } from '../../label/attributes.ts'
import type { Ring } from '../../label/polygon.ts'
import { boundsOfRuns } from '../../label/region.ts'
import { splitOfPath } from './coco-file.ts'
import {
  type Format,
  type ReadItem,
  type ReadWish,
  type Source,
  textFile,
  type Writer,
  type WriterOptions,
  wholeHolds,
} from './format.ts'
import { ellipse, rectangle, turned } from './rings.ts'
import {
  createCategoryNames,
  createShapes,
  nameOfCategory,
  noImage,
  numberOf,
  reasonOf,
  runsByValue,
  type Shapes,
  sizeProblem,
} from './shapes.ts'
import { Unreadable } from './unreadable.ts'
import { childrenNamed, escapeXml, jsonOfXml, parseXml, textOf, type XmlElement } from './xml.ts'

/** One XML for all images, with a mask for each object. */
export const cvat: Format = {
  id: 'cvat',
  title: 'CVAT for images 1.1',
  holds: wholeHolds,
  async recognises(source) {
    return (await filesOf(source)).length > 0
  },
  boxes: 'masks',
  read: readCvat,
  writer: createCvatWriter,
}

/** Those of other formats lie in folders for one image each. */
async function filesOf(source: Source): Promise<string[]> {
  const found: string[] = []
  for (const path of source.paths) {
    if (!path.endsWith('.xml') || /(^|\/)Annotations\//.test(path)) continue
    try {
      if (/<annotations[\s>]/.test((await source.text(path)).slice(0, 4096))) found.push(path)
    } catch {
      // Whatever it is, it is not this.
    }
  }
  return found
}

async function* readCvat(source: Source, wish: ReadWish = {}): AsyncGenerator<ReadItem> {
  for (const path of await filesOf(source)) {
    const category = createCategoryNames()
    let root: XmlElement
    try {
      root = parseXml(await source.text(path))
      if (root.name !== 'annotations') throw new Unreadable('It holds no annotations.')
    } catch (error) {
      yield { kind: 'problem', file: path, image: null, reason: reasonOf(error) }
      continue
    }
    for (const label of labelsOf(root)) {
      const name = nameOfCategory(textOf(label, 'name'))
      const color = textOf(label, 'color')?.toLowerCase() ?? ''
      if (name !== null) category(name, { color: /^#[0-9a-f]{6}$/.test(color) ? color : null })
    }
    for (const element of childrenNamed(root, 'image')) yield readImage(source, path, element, category, wish)
  }
}

/** Of a task or of a project. */
function labelsOf(root: XmlElement): XmlElement[] {
  const below = (element: XmlElement): XmlElement[] =>
    element.name === 'label' ? [element] : element.children.flatMap(below)
  return childrenNamed(root, 'meta').flatMap(below)
}

function readImage(
  source: Source,
  path: string,
  element: XmlElement,
  category: ReturnType<typeof createCategoryNames>,
  { boxes }: ReadWish,
): ReadItem {
  const { name = '', width, height, subset = '' } = element.attributes
  const problem = (reason: string): ReadItem => ({ kind: 'problem', file: path, image: name, reason })
  const image = source.image(name)
  if (!image) return problem(noImage(name))
  const wrongSize = sizeProblem(image, { width: numberOf(width), height: numberOf(height) })
  if (wrongSize !== null) return problem(wrongSize)
  const shapes = createShapes(image, 'cvat', { boxes })
  try {
    const order = element.children.map((shape, i) => ({
      shape,
      i,
      z: numberOf(shape.attributes.z_order) || 0,
    }))
    for (const { shape, i } of order.sort((a, b) => a.z - b.z || a.i - b.i))
      addShape(shapes, shape, i + 1, category)
  } catch (error) {
    return problem(reasonOf(error))
  }
  return {
    kind: 'label',
    label: { image, file: path, ...shapes.finish(), status: null, split: splitOfPath(subset) },
  }
}

function addShape(
  shapes: Shapes,
  shape: XmlElement,
  number: number,
  category: ReturnType<typeof createCategoryNames>,
): void {
  const { attributes } = shape
  if (!['mask', 'polygon', 'box', 'ellipse', 'points', 'polyline'].includes(shape.name)) {
    const what = shape.name === 'tag' ? 'A tag of an image' : 'A cuboid or a skeleton'
    shapes.aside(jsonOfXml(shape), `${what} is kept and not shown.`)
    return
  }
  const name = nameOfCategory(attributes.label)
  if (name === null) throw new Unreadable(`Shape ${number} has no label.`)
  const group = numberOf(attributes.group_id)
  const values: Record<string, AttributeValue> = {}
  for (const entry of childrenNamed(shape, 'attribute')) {
    const key = nameOfCategory(entry.attributes.name)
    if (key !== null && key !== '__proto__' && entry.text.length <= 4000) values[key] = typedValue(entry.text)
  }
  const told = {
    ...(Number.isInteger(group) && group > 0 && { key: `${name} ${group}`, id: group, group }),
    attributes: values,
  }
  const object = () => shapes.object(category(name), told)
  const [x0, y0, x1, y1] = ['xtl', 'ytl', 'xbr', 'ybr'].map((key) => numberOf(attributes[key]))
  const turn = numberOf(attributes.rotation) || 0
  const points = () => pointsOfText(attributes.points ?? '')
  const kept = () => ({ ...told, source: jsonOfXml(shape) })
  if (shape.name === 'mask') shapes.runs(object(), runsOfMask(attributes, shapes.size))
  else if (shape.name === 'polygon') {
    if (points().length < 3) throw new Unreadable(`Polygon ${number} has fewer than three corners.`)
    shapes.rings(object(), [points()])
  } else if (shape.name === 'ellipse') {
    const [x, y, rx, ry] = ['cx', 'cy', 'rx', 'ry'].map((key) => numberOf(attributes[key]))
    const centre = { x: x!, y: y! }
    shapes.rings(object(), [turned(ellipse(centre, rx!, ry!), centre, turn)])
  } else if (shape.name === 'points') {
    for (const point of points()) shapes.beside('point', category(name), [point], kept())
  } else if (shape.name === 'polyline') {
    if (points().length < 2) throw new Unreadable(`Line ${number} has fewer than two points.`)
    shapes.beside('polyline', category(name), points(), kept())
  } else {
    const corners = [
      { x: x0!, y: y0! },
      { x: x1!, y: y1! },
    ]
    const centre = { x: (x0! + x1!) / 2, y: (y0! + y1!) / 2 }
    const box = turn === 0 ? corners : turned(rectangle(corners[0]!, corners[1]!), centre, turn)
    shapes.box(category(name), box, kept())
  }
}

function pointsOfText(points: string): Ring {
  return points.split(';').map((point) => {
    const [x, y] = point.split(',').map(numberOf)
    return { x: x ?? Number.NaN, y: y ?? Number.NaN }
  })
}

/** Run lengths by rows in the object's box, off first. */
function runsOfMask(attributes: XmlElement['attributes'], size: Shapes['size']): Uint32Array {
  const [left, top, width, height] = ['left', 'top', 'width', 'height'].map((key) =>
    numberOf(attributes[key]),
  ) as [number, number, number, number]
  const isBox = [left, top, width, height].every((each) => Number.isInteger(each) && each >= 0)
  if (!isBox || left + width > size.width || top + height > size.height) {
    throw new Unreadable('A mask has no box inside of the image.')
  }
  const counts = (attributes.rle ?? '').split(',').map(numberOf)
  if (!counts.every((count) => Number.isInteger(count) && count >= 0)) {
    throw new Unreadable('A mask has a run length that is no whole number.')
  }
  const sum = counts.reduce((all, count) => all + count, 0)
  // Some writers leave out the pixels that are off at the end.
  if (sum > width * height) throw new Unreadable('A mask has more pixels than its box.')
  const pairs: number[] = []
  let at = 0
  counts.forEach((count, i) => {
    for (let left2 = i % 2 === 1 ? count : 0, p = at; left2 > 0; ) {
      const [x, y] = [p % width, Math.floor(p / width)]
      const length = Math.min(left2, width - x)
      pairs.push((top + y) * size.width + left + x, length)
      p += length
      left2 -= length
    }
    at += count
  })
  return normalizeRuns(Uint32Array.from(pairs), size.width)
}

function createCvatWriter({ title, categories }: WriterOptions): Writer {
  const nameOf = new Map(categories.map(({ id, name }) => [id, name]))
  const images: string[] = []
  return {
    imagePath: ({ name }) => `images/${name}`,
    async add({ name, map, objects, split }) {
      const { width, height } = map
      const runs = runsByValue(map.ids, width, height)
      const masks = objects.flatMap(({ id, categoryId, attributes }) => {
        const own = runs.get(id)
        if (!own) return []
        const values = Object.entries(attributes).map(
          ([key, value]) => `<attribute name="${escapeXml(key)}">${escapeXml(spelled(value))}</attribute>`,
        )
        const label = escapeXml(nameOf.get(categoryId) ?? '')
        return [
          `  <mask label="${label}" source="manual" occluded="0" ${maskText(own, width)} z_order="0" group_id="${id}">${values.join('')}</mask>\n`,
        ]
      })
      const subset = split === null ? '' : ` subset="${split}"`
      images.push(
        ` <image id="${images.length}" name="${escapeXml(name)}"${subset} width="${width}" height="${height}">\n${masks.join('')} </image>\n`,
      )
      return []
    },
    async finish() {
      const labels = categories.map(
        ({ name, color }) =>
          `   <label><name>${escapeXml(name)}</name><color>${color}</color><type>mask</type><attributes></attributes></label>\n`,
      )
      const meta = ` <meta><task><name>${escapeXml(title)}</name><size>${images.length}</size><mode>annotation</mode><labels>\n${labels.join('')}  </labels></task></meta>\n`
      const text = `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n <version>1.1</version>\n${meta}${images.join('')}</annotations>\n`
      return [textFile('annotations.xml', text)]
    },
  }
}

const spelled = (value: AttributeValue): string => (typeof value === 'string' ? value : JSON.stringify(value))

function maskText(runs: Uint32Array, width: number): string {
  const { x0, y0, x1, y1 } = boundsOfRuns(runs, width)!
  const columns = x1 - x0
  const counts: number[] = []
  let end = 0
  for (let i = 0; i < runs.length; i += 2) {
    const y = Math.floor(runs[i]! / width)
    const start = (y - y0) * columns + (runs[i]! - y * width - x0)
    // A row that ends at the right of the box goes on at the left of the next.
    if (counts.length > 0 && start === end) counts[counts.length - 1]! += runs[i + 1]!
    else counts.push(start - end, runs[i + 1]!)
    end = start + runs[i + 1]!
  }
  if (end < columns * (y1 - y0)) counts.push(columns * (y1 - y0) - end)
  return `rle="${counts.join(', ')}" left="${x0}" top="${y0}" width="${columns}" height="${y1 - y0}"`
}
