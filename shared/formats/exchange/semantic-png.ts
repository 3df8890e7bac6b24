import { AppError } from '../../base/app-error.ts'
import { type ClassList, classEntries, classListText, findClassList } from './class-list.ts'
import { categoryMap } from './coco.ts'
import { splitOfPath } from './coco-file.ts'
import {
  type Format,
  type Holds,
  type ReadItem,
  type Source,
  textFile,
  type Writer,
  type WriterOptions,
} from './format.ts'
import { stemOf } from './image-finder.ts'
import { colorOfValue, colorRaster, grayRaster, valueOfColor, valuesOfRaster } from './raster.ts'
import { createShapes, noImage, reasonOf, runsByValue, sizeProblem } from './shapes.ts'
import { Unreadable } from './unreadable.ts'

const holds: Holds = {
  shape: 'pixels',
  holes: 'yes',
  parts: 'yes',
  objects: 'no',
  stuff: 'one',
  void: 'class',
  attributes: false,
  status: false,
  most: { objects: null, categories: 65_535 },
}

/** The number of its category in each pixel, 0 for unlabeled; 8 bits, or 16 when a number is above 255. Looks black. */
export const semanticPng: Format = {
  id: 'semantic-png',
  title: 'Semantic PNG, numbers',
  holds,
  recognises: async ({ paths }) =>
    hasClasses(paths) && paths.some((path) => /(^|\/)labels\/.*\.png$/.test(path)),
  read: readPictures,
  writer: (options) => createPictureWriter(options, false),
}

/** The colour of its category in each pixel, black for unlabeled. */
export const semanticColor: Format = {
  ...semanticPng,
  id: 'semantic-color',
  title: 'Semantic PNG, colours',
  recognises: async () => false,
  writer: (options) => createPictureWriter(options, true),
}

const hasClasses = (paths: readonly string[]) => paths.some((path) => /(^|\/)classes\.json$/.test(path))

async function* readPictures(source: Source): AsyncGenerator<ReadItem> {
  let classes: ClassList | null
  try {
    classes = await findClassList(source)
  } catch (error) {
    return yield { kind: 'problem', file: 'classes.json', image: null, reason: reasonOf(error) }
  }
  if (!classes)
    return yield { kind: 'problem', file: 'classes.json', image: null, reason: 'There is no classes.json.' }
  for (const path of source.paths) {
    if (!/(^|\/)labels\/.*\.png$/.test(path)) continue
    const called = stemOf(path.replace(/(^|.*\/)labels\//, ''))
    const image = source.image(called) ?? source.image(called.replace(/^(train|val|test)\//, ''))
    if (!image) {
      yield { kind: 'problem', file: path, image: called, reason: noImage(called) }
      continue
    }
    try {
      const raster = await source.raster(path)
      const wrongSize = sizeProblem(image, raster)
      if (wrongSize !== null) throw new Unreadable(wrongSize)
      const isColor = raster.channels > 1
      const shapes = createShapes(image, 'semantic-png')
      const byColor = isColor ? colorsOf(classes) : classes.byValue
      // A value of 0 would be passed over as unlabeled; where it is a class, all are counted one higher.
      const values = valuesOfRaster(raster)
      const offset = byColor.has(0) ? 1 : 0
      const shifted = offset === 0 ? values : values.map((value) => value + 1)
      for (const [value, runs] of runsByValue(shifted, image.width, image.height)) {
        const category = byColor.get(value - offset)
        if (category) shapes.runs(shapes.object(category, { key: category.name }), runs)
        else if (isColor || !classes.unlabeled.has(value - offset))
          unknown(value - offset, runs, image.width, isColor)
      }
      const split = splitOfPath(path.split('/').slice(0, -1).join('/'))
      yield { kind: 'label', label: { image, file: path, ...shapes.finish(), status: null, split } }
    } catch (error) {
      yield { kind: 'problem', file: path, image: image.name, reason: reasonOf(error) }
    }
  }
}

function colorsOf({ byValue }: ClassList) {
  return new Map(
    [...byValue.values()].flatMap((each) => (each.color ? [[valueOfColor(each.color), each]] : [])),
  )
}

/** Throws Unreadable: an unknown value is told with where it is, and never taken for one that is near. */
export function unknown(value: number, runs: Uint32Array, width: number, isColor: boolean): never {
  let pixels = 0
  for (let i = 1; i < runs.length; i += 2) pixels += runs[i]!
  const [x, y] = [runs[0]! % width, Math.floor(runs[0]! / width)]
  const what = isColor ? `the colour ${colorOfValue(value)}` : `the value ${value}`
  throw new Unreadable(
    `${pixels} pixels, the first at ${x}, ${y}, have ${what}, which is not in the list of classes.`,
  )
}

function createPictureWriter({ categories, encode }: WriterOptions, isColor: boolean): Writer {
  const entries = classEntries(categories)
  const most = Math.max(0, ...entries.map(({ value }) => value))
  const colors = new Map(entries.map(({ value, color }) => [value, valueOfColor(color)]))
  if (most > 65_535)
    throw new AppError('IN_TOO_BIG', 'A category has an id above 65,535.', { remedy: 'Use COCO.' })
  const folderOf = (split: string | null) => (split === null ? '' : `${split}/`)
  return {
    imagePath: ({ name, split }) => `images/${folderOf(split)}${name}`,
    async add(label) {
      const { width, height, ids } = categoryMap(label)
      const raster = isColor
        ? colorRaster(
            ids.map((value) => colors.get(value) ?? 0),
            width,
            height,
          )
        : grayRaster(ids, width, height, most)
      return [{ path: `labels/${folderOf(label.split)}${label.name}.png`, bytes: await encode(raster) }]
    },
    finish: async () => [textFile('classes.json', classListText(entries))],
  }
}
