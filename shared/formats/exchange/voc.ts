import { AppError } from '../../base/app-error.ts'
import type { Split } from '../../dataset/card.ts'
import type { Category } from '../../label/ontology.ts'
import { boundsOfRuns } from '../../label/region.ts'
import {
  type Format,
  type ReadCategory,
  type ReadItem,
  type ReadWish,
  type Source,
  type SourceImage,
  textFile,
  type Writer,
  type WriterOptions,
  wholeHolds,
} from './format.ts'
import { stemOf } from './image-finder.ts'
import { asHeld } from './proof.ts'
import { colorOfValue, type Raster, valuesOfRaster } from './raster.ts'
import { unknown } from './semantic-png.ts'
import {
  createCategoryNames,
  createShapes,
  nameOfCategory,
  noImage,
  numberOf,
  reasonOf,
  runsByValue,
  sizeProblem,
} from './shapes.ts'
import { Unreadable } from './unreadable.ts'
import { childrenNamed, escapeXml, jsonOfXml, parseXml, textOf, type XmlElement } from './xml.ts'
import { createStems } from './yolo.ts'

const voidValue = 255
const mostValues = 254

/** Pictures of classes and of objects with the palette of the dataset, and boxes as XML. */
export const voc: Format = {
  id: 'voc',
  title: 'Pascal VOC',
  holds: {
    ...wholeHolds,
    objects: 'apart',
    void: 'one',
    attributes: false,
    most: { objects: mostValues, categories: mostValues },
  },
  recognises: async ({ paths }) =>
    paths.some((path) => /(^|\/)(SegmentationClass\/.*\.png|Annotations\/.*\.xml)$/.test(path)),
  boxes: 'masks',
  read: readVoc,
  writer: createVocWriter,
}

/** The twenty classes of the dataset, where there is no list of others. */
const published =
  'aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person pottedplant sheep sofa train tvmonitor'.split(
    ' ',
  )

/** Colour number `index` of the palette: the bits of the index, spread over the three channels from the top. */
function vocColor(index: number): [number, number, number] {
  const rgb: [number, number, number] = [0, 0, 0]
  for (let bit = 0, rest = index; bit < 8; bit++, rest >>= 3) {
    for (let channel = 0; channel < 3; channel++) rgb[channel]! |= ((rest >> channel) & 1) << (7 - bit)
  }
  return rgb
}
const palette = Uint8Array.from({ length: 256 }, (_, i) => i).reduce((all, i) => {
  all.set(vocColor(i), 3 * i)
  return all
}, new Uint8Array(768))

type Classes = { readonly byIndex: Map<number, ReadCategory>; readonly byColor: Map<number, ReadCategory> }

async function* readVoc(source: Source, { boxes }: ReadWish = {}): AsyncGenerator<ReadItem> {
  const category = createCategoryNames()
  const list = source.paths.find((path) => /(^|\/)labelmap\.txt$/.test(path))
  let classes: Classes
  const splits = new Map<string, Split>()
  try {
    classes = classesOf(list === undefined ? null : await source.text(list), category)
    for (const path of source.paths) {
      const split = /(?:^|\/)ImageSets\/(?:Main|Segmentation)\/(train|val|test)\.txt$/.exec(
        path,
      )?.[1] as Split
      if (!split) continue
      for (const line of (await source.text(path)).split(/\r?\n/))
        if (line.trim() !== '') splits.set(line.trim(), split)
    }
  } catch (error) {
    return yield { kind: 'problem', file: list ?? 'ImageSets', image: null, reason: reasonOf(error) }
  }
  const known = new Set(source.paths)
  const done = new Set<string>()
  for (const path of source.paths) {
    const [, stem] = /^(?:.*\/)?SegmentationClass\/(.*)\.png$/.exec(path) ?? []
    if (stem === undefined) continue
    done.add(stem)
    const objects = path.replace(/SegmentationClass\//, 'SegmentationObject/')
    yield await withImage(source, path, stem, async (image) => {
      const shapes = createShapes(image, 'voc', { boxes })
      // Where there are pixels, boxes that would be filled say nothing more.
      const xml = path.replace(/SegmentationClass\//, 'Annotations/').replace(/png$/, 'xml')
      if (boxes === 'shapes' && known.has(xml))
        addBoxes(shapes, image, parseXml(await source.text(xml)), category)
      addPictures(
        shapes,
        image,
        classes,
        await source.raster(path),
        known.has(objects) ? await source.raster(objects) : null,
      )
      return { ...shapes.finish(), split: splits.get(stem) ?? null }
    })
  }
  for (const path of source.paths) {
    const [, stem] = /^(?:.*\/)?Annotations\/(.*)\.xml$/.exec(path) ?? []
    if (stem === undefined || done.has(stem)) continue
    yield await withImage(source, path, stem, async (image) => {
      const shapes = createShapes(image, 'voc', { boxes })
      addBoxes(shapes, image, parseXml(await source.text(path)), category)
      return { ...shapes.finish(), split: splits.get(stem) ?? null }
    })
  }
}

type Shapes = ReturnType<typeof createShapes>
type Read = ReturnType<Shapes['finish']> & { split: Split | null }

async function withImage(
  source: Source,
  file: string,
  stem: string,
  work: (image: SourceImage) => Promise<Read>,
): Promise<ReadItem> {
  const image = source.image(stem)
  if (!image) return { kind: 'problem', file, image: stem, reason: noImage(stem) }
  try {
    return { kind: 'label', label: { image, file, ...(await work(image)), status: null } }
  } catch (error) {
    return { kind: 'problem', file, image: image.name, reason: reasonOf(error) }
  }
}

/** `name:red,green,blue::` a line, the background first. Throws Unreadable. */
function classesOf(text: string | null, category: ReturnType<typeof createCategoryNames>): Classes {
  const byIndex = new Map<number, ReadCategory>()
  const byColor = new Map<number, ReadCategory>()
  const put = (index: number, name: string, rgb: readonly number[]) => {
    const value = rgb[0]! | (rgb[1]! << 8) | (rgb[2]! << 16)
    const made = category(name, { color: colorOfValue(value), isVoid: name === 'void' })
    byIndex.set(name === 'void' ? voidValue : index, made)
    byColor.set(value, made)
  }
  if (text === null) for (const [i, name] of published.entries()) put(i + 1, name, vocColor(i + 1))
  const lines = (text ?? '').split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  lines.forEach((line, i) => {
    const [, given, red, green, blue] = /^(.*?):(\d{1,3}),(\d{1,3}),(\d{1,3}):[^:]*:[^:]*$/.exec(line) ?? []
    const name = nameOfCategory(
      given?.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
    )
    if (name === null) throw new Unreadable(`Line ${i + 1} of the list of classes has no name and colour.`)
    if (i > 0 || !/^(background|_background_)$/.test(name)) put(i, name, [red, green, blue].map(Number))
  })
  if (!byIndex.has(voidValue)) byIndex.set(voidValue, category('void', { isVoid: true, hasInstances: false }))
  return { byIndex, byColor }
}

function addPictures(
  shapes: Shapes,
  image: SourceImage,
  classes: Classes,
  kinds: Raster,
  objects: Raster | null,
): void {
  for (const raster of objects ? [kinds, objects] : [kinds]) {
    const wrongSize = sizeProblem(image, raster)
    if (wrongSize !== null) throw new Unreadable(wrongSize)
  }
  const isColor = kinds.channels > 1
  const byValue = isColor ? classes.byColor : classes.byIndex
  const kindOf = valuesOfRaster(kinds)
  for (const [value, runs] of runsByValue(kindOf, image.width, image.height)) {
    if (!byValue.has(value)) unknown(value, runs, image.width, isColor)
    if (!objects) shapes.runs(shapes.object(byValue.get(value)!, { key: `class ${value}` }), runs)
  }
  if (!objects) return
  const numbers = valuesOfRaster(objects)
  // One object of one class each: the class is looked up pixel by pixel, so that neither picture has to be right alone.
  const key = numbers.map((number, p) => (kindOf[p] === 0 ? 0 : number * 2 + 1))
  for (const [, runs] of runsByValue(key, image.width, image.height)) {
    const parts = new Map<number, number[]>()
    for (let i = 0; i < runs.length; i += 2) {
      for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) {
        const list = parts.get(kindOf[p]!) ?? []
        if (list.length > 0 && list.at(-2)! + list.at(-1)! === p) list[list.length - 1]!++
        else list.push(p, 1)
        parts.set(kindOf[p]!, list)
      }
    }
    if (parts.size > 1)
      shapes.remark('An object has pixels of several classes and is read as one object of each.')
    for (const [value, list] of parts) shapes.runs(shapes.object(byValue.get(value)!), Uint32Array.from(list))
  }
}

/** Boxes count from 1 and hold their last pixel, unless one of them has a 0: then they count from 0. */
function addBoxes(
  shapes: Shapes,
  image: SourceImage,
  root: XmlElement,
  category: ReturnType<typeof createCategoryNames>,
): void {
  const size = childrenNamed(root, 'size')[0]
  if (size) {
    const [width, height] = [numberOf(textOf(size, 'width')), numberOf(textOf(size, 'height'))]
    const wrongSize = sizeProblem(image, { width, height })
    if (wrongSize !== null) throw new Unreadable(wrongSize)
  }
  const boxes = childrenNamed(root, 'object').map((object, i) => {
    const name = nameOfCategory(textOf(object, 'name'))
    const box = childrenNamed(object, 'bndbox')[0]
    if (name === null || !box) throw new Unreadable(`Object ${i + 1} has no name or no box.`)
    const corners = ['xmin', 'ymin', 'xmax', 'ymax'].map((corner) => numberOf(textOf(box, corner)))
    if (corners.some(Number.isNaN))
      throw new Unreadable(`The box of object ${i + 1} has a corner that is no number.`)
    return { name, corners: corners as [number, number, number, number], source: jsonOfXml(object) }
  })
  const first = boxes.some(({ corners: [x, y] }) => x === 0 || y === 0) ? 0 : 1
  for (const { name, corners, source } of boxes) {
    const [x0, y0, x1, y1] = corners
    const box = [
      { x: x0 - first, y: y0 - first },
      { x: x1 - first + 1, y: y1 - first + 1 },
    ]
    shapes.box(category(name), box, { source })
  }
}

function createVocWriter({ categories, encode }: WriterOptions): Writer {
  const counted = categories.filter(({ isVoid }) => !isVoid)
  if (counted.length > mostValues) {
    throw new AppError(
      'IN_TOO_BIG',
      `Pascal VOC has room for ${mostValues} categories; there are ${counted.length}.`,
      {
        remedy: 'Export to COCO or Segments.ai, which have room for all of them.',
      },
    )
  }
  const indexOf = new Map(counted.map(({ id }, i) => [id, i + 1]))
  const byId = new Map(categories.map((category) => [category.id, category]))
  const stemFor = createStems()
  const lists = new Map<string, string[]>()
  const indexed = (data: Uint8Array, width: number, height: number): Raster => ({
    width,
    height,
    channels: 1,
    data,
    palette,
  })
  const imagePath = ({ name }: { readonly name: string }) =>
    `JPEGImages/${stemFor(name)}${name.slice(stemOf(name).length)}`
  return {
    imagePath,
    async add(label) {
      const { name, split } = label
      const { map, objects } = asHeld(label, voc.holds, categories)
      const { width, height } = map
      const runs = runsByValue(map.ids, width, height)
      const present = objects.filter(({ id }) => runs.has(id))
      const things = present.filter(({ categoryId }) => indexOf.has(categoryId))
      if (things.length > mostValues) {
        throw new AppError(
          'IN_TOO_BIG',
          `${name} has ${things.length} objects; Pascal VOC has room for ${mostValues}.`,
          {
            remedy: 'Export it to COCO or Segments.ai, which have room for all of them.',
          },
        )
      }
      const kindOf = new Map(present.map(({ id, categoryId }) => [id, indexOf.get(categoryId) ?? voidValue]))
      const numberOf = new Map(things.map(({ id }, i) => [id, i + 1]))
      for (const { id } of present) if (!numberOf.has(id)) numberOf.set(id, voidValue)
      const kinds = Uint8Array.from(map.ids, (id) => kindOf.get(id) ?? 0)
      const numbers = Uint8Array.from(map.ids, (id) => numberOf.get(id) ?? 0)
      const stem = stemFor(name)
      for (const list of split === null ? ['trainval'] : [split, ...(split === 'test' ? [] : ['trainval'])]) {
        const stems = lists.get(list) ?? []
        stems.push(stem)
        lists.set(list, stems)
      }
      const boxes = things.map(({ id, categoryId }) =>
        objectXml(byId.get(categoryId)!, runs.get(id)!, width, height),
      )
      const filename = imagePath(label).slice('JPEGImages/'.length)
      return [
        textFile(`Annotations/${stem}.xml`, annotationXml(filename, width, height, boxes)),
        { path: `SegmentationClass/${stem}.png`, bytes: await encode(indexed(kinds, width, height)) },
        { path: `SegmentationObject/${stem}.png`, bytes: await encode(indexed(numbers, width, height)) },
      ]
    },
    async finish() {
      const line = (name: string, index: number) =>
        `${name.replace(/[:\r\n#]/g, (letter) => `&#${letter.charCodeAt(0)};`)}:${vocColor(index).join(',')}::\n`
      const classes = [
        line('background', 0),
        ...counted.map(({ name }, i) => line(name, i + 1)),
        line('void', voidValue),
      ]
      const sets = [...lists]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([list, stems]) => {
          const text = stems.map((stem) => `${stem}\n`).join('')
          return [
            textFile(`ImageSets/Main/${list}.txt`, text),
            textFile(`ImageSets/Segmentation/${list}.txt`, text),
          ]
        })
      return [...sets, textFile('labelmap.txt', classes.join(''))]
    },
  }
}

function objectXml({ name }: Category, runs: Uint32Array, width: number, height: number): string {
  const { x0, y0, x1, y1 } = boundsOfRuns(runs, width)!
  const isCut = x0 === 0 || y0 === 0 || x1 === width || y1 === height
  return ` <object>
  <name>${escapeXml(name)}</name>
  <pose>Unspecified</pose>
  <truncated>${Number(isCut)}</truncated>
  <difficult>0</difficult>
  <bndbox><xmin>${x0 + 1}</xmin><ymin>${y0 + 1}</ymin><xmax>${x1}</xmax><ymax>${y1}</ymax></bndbox>
 </object>
`
}

function annotationXml(filename: string, width: number, height: number, objects: readonly string[]): string {
  return `<annotation>
 <folder>JPEGImages</folder>
 <filename>${escapeXml(filename)}</filename>
 <size><width>${width}</width><height>${height}</height><depth>3</depth></size>
 <segmented>1</segmented>
${objects.join('')}</annotation>
`
}
