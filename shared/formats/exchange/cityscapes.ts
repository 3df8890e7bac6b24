import { AppError } from '../../base/app-error.ts'
import {
  type ClassEntry,
  type ClassList,
  classListText,
  createFreeColors,
  findClassList,
} from './class-list.ts'
import { splitOfPath } from './coco-file.ts'
import {
  type Format,
  type ReadItem,
  type Source,
  textFile,
  type Writer,
  type WriterOptions,
} from './format.ts'
import { stemOf } from './image-finder.ts'
import { asHeld } from './proof.ts'
import { colorRaster, grayRaster, valueOfColor, valuesOfRaster } from './raster.ts'
import { unknown } from './semantic-png.ts'
import { createCategoryNames, createShapes, noImage, reasonOf, runsByValue, sizeProblem } from './shapes.ts'
import { Unreadable } from './unreadable.ts'
import { createStems } from './yolo.ts'

/** The classes of the dataset that the format comes from: label id, name, train id (255: not trained), whether a thing. */
const published: readonly (readonly [id: number, name: string, trainId: number, isThing: boolean])[] = [
  [0, 'unlabeled', 255, false],
  [1, 'ego vehicle', 255, false],
  [2, 'rectification border', 255, false],
  [3, 'out of roi', 255, false],
  [4, 'static', 255, false],
  [5, 'dynamic', 255, false],
  [6, 'ground', 255, false],
  [7, 'road', 0, false],
  [8, 'sidewalk', 1, false],
  [9, 'parking', 255, false],
  [10, 'rail track', 255, false],
  [11, 'building', 2, false],
  [12, 'wall', 3, false],
  [13, 'fence', 4, false],
  [14, 'guard rail', 255, false],
  [15, 'bridge', 255, false],
  [16, 'tunnel', 255, false],
  [17, 'pole', 5, false],
  [18, 'polegroup', 255, false],
  [19, 'traffic light', 6, false],
  [20, 'traffic sign', 7, false],
  [21, 'vegetation', 8, false],
  [22, 'terrain', 9, false],
  [23, 'sky', 10, false],
  [24, 'person', 11, true],
  [25, 'rider', 12, true],
  [26, 'car', 13, true],
  [27, 'truck', 14, true],
  [28, 'bus', 15, true],
  [29, 'caravan', 255, true],
  [30, 'trailer', 255, true],
  [31, 'train', 16, true],
  [32, 'motorcycle', 17, true],
  [33, 'bicycle', 18, true],
]
/** Ids of classes that are not published begin here; the last whose instances fit 16 bits is 64. */
const firstOwn = 34
const lastOwn = 64
const mostInstances = 1000

export const cityscapes: Format = {
  id: 'cityscapes',
  title: 'Cityscapes folders',
  holds: {
    shape: 'pixels',
    holes: 'yes',
    parts: 'yes',
    objects: 'apart',
    stuff: 'one',
    void: 'class',
    attributes: false,
    status: false,
    most: { objects: mostInstances, categories: 64 },
  },
  recognises: async ({ paths }) => paths.some((path) => /_(instance|label)Ids\.png$/.test(path)),
  read: readCityscapes,
  writer: createCityscapesWriter,
}

async function* readCityscapes(source: Source): AsyncGenerator<ReadItem> {
  const category = createCategoryNames()
  let classes: ClassList | null
  try {
    classes = await findClassList(source)
  } catch (error) {
    return yield { kind: 'problem', file: 'classes.json', image: null, reason: reasonOf(error) }
  }
  const byId =
    classes?.byValue ??
    new Map(published.slice(1).map(([id, name, , hasInstances]) => [id, category(name, { hasInstances })]))
  const known = new Set(source.paths)
  for (const path of source.paths) {
    const [, stem, kind] = /^(.*?)_(?:gt[A-Za-z]+_)?(instance|label)Ids\.png$/.exec(path) ?? []
    if (stem === undefined || (kind === 'label' && known.has(path.replace('_labelIds', '_instanceIds'))))
      continue
    const called = stem.replace(/^(?:.*\/)?gt[A-Za-z]+\//, '')
    const image = imageOf(source, called)
    if (!image) {
      yield { kind: 'problem', file: path, image: called, reason: noImage(called) }
      continue
    }
    try {
      const raster = await source.raster(path)
      const wrongSize = sizeProblem(image, raster)
      if (wrongSize !== null) throw new Unreadable(wrongSize)
      const shapes = createShapes(image, 'cityscapes')
      for (const [value, runs] of runsByValue(valuesOfRaster(raster), image.width, image.height)) {
        const labelId = value < mostInstances ? value : Math.floor(value / mostInstances)
        const found = byId.get(labelId)
        if (!found) unknown(value, runs, image.width, false)
        shapes.runs(shapes.object(found, { key: String(value) }), runs)
      }
      const split = splitOfPath(path.split('/').slice(0, -1).join('/'))
      yield { kind: 'label', label: { image, file: path, ...shapes.finish(), status: null, split } }
    } catch (error) {
      yield { kind: 'problem', file: path, image: image.name, reason: reasonOf(error) }
    }
  }
}

/** With the word that images have in their names or without it, with the folder of the split or without it. */
function imageOf(source: Source, called: string) {
  const short = called.replace(/^(train|val|test)\//, '')
  for (const name of [called, short, short.replace(/^all\//, '')]) {
    const image = source.image(name) ?? source.image(`${name}_leftImg8bit`)
    if (image) return image
  }
  return null
}

type CityClass = ClassEntry & { readonly categoryId: number; readonly trainId: number }

/** Published ids for the names that have one, and free ones behind them for the others. */
function cityClasses({ categories }: WriterOptions): CityClass[] {
  const byName = new Map(published.slice(1).map(([id, name, trainId]) => [name, { id, trainId }]))
  const free = createFreeColors()
  let nextOwn = firstOwn
  let nextTrain = 19
  return categories.map(({ id, name, color, hasInstances, isVoid }) => {
    const own = byName.get(name.toLowerCase())
    byName.delete(name.toLowerCase())
    const value = own?.id ?? nextOwn++
    if (value > lastOwn) {
      throw new AppError(
        'IN_TOO_BIG',
        `Cityscapes has room for ${lastOwn - firstOwn + 1} classes of other names.`,
        {
          remedy: 'Export to COCO or Segments.ai, which have room for all of them.',
        },
      )
    }
    const trainId = isVoid ? 255 : (own?.trainId ?? nextTrain++)
    return { categoryId: id, value, trainId, name, color: free(color), hasInstances, isVoid: isVoid === true }
  })
}

function createCityscapesWriter(options: WriterOptions): Writer {
  const classes = cityClasses(options)
  const byCategory = new Map(classes.map((each) => [each.categoryId, each]))
  const stemFor = createStems()
  /** A folder for what has none; where there is one, it is the city. */
  const placeOf = (name: string) => {
    const stem = stemFor(name).replace(/_leftImg8bit$/, '')
    return stem.includes('/') ? stem : `all/${stem}`
  }
  return {
    imagePath: ({ name, split }) =>
      `leftImg8bit/${split ?? 'train'}/${placeOf(name)}_leftImg8bit${name.slice(stemOf(name).length)}`,
    async add(label) {
      const { name, split } = label
      const { map, objects } = asHeld(label, cityscapes.holds, options.categories)
      const { width, height } = map
      const counts = new Map<number, number>()
      const values = new Map<number, CityClass & { instance: number }>()
      const present = new Set(map.ids)
      for (const { id, categoryId } of objects) {
        const found = byCategory.get(categoryId)
        if (!found || !present.has(id)) continue
        const index = counts.get(found.value) ?? 0
        if (index >= mostInstances) {
          throw new AppError(
            'IN_TOO_BIG',
            `${name} has more than ${mostInstances} objects of "${found.name}".`,
            {
              remedy: 'Export it to COCO or Segments.ai, which have room for all of them.',
            },
          )
        }
        counts.set(found.value, index + 1)
        values.set(id, {
          ...found,
          instance: found.hasInstances ? found.value * mostInstances + index : found.value,
        })
      }
      const each = (pick: (entry: CityClass & { instance: number }) => number, none: number) =>
        map.ids.map((id) => {
          const entry = values.get(id)
          return entry ? pick(entry) : none
        })
      const base = `gtFine/${split ?? 'train'}/${placeOf(name)}_gtFine_`
      const file = async (kind: string, raster: Parameters<WriterOptions['encode']>[0]) => ({
        path: `${base}${kind}.png`,
        bytes: await options.encode(raster),
      })
      return [
        await file(
          'color',
          colorRaster(
            each(({ color }) => valueOfColor(color), 0),
            width,
            height,
          ),
        ),
        await file(
          'instanceIds',
          grayRaster(
            each(({ instance }) => instance, 0),
            width,
            height,
            65_535,
          ),
        ),
        await file(
          'labelIds',
          grayRaster(
            each(({ value }) => value, 0),
            width,
            height,
            255,
          ),
        ),
        await file(
          'labelTrainIds',
          grayRaster(
            each(({ trainId }) => trainId, 255),
            width,
            height,
            255,
          ),
        ),
      ]
    },
    async finish() {
      const trainIds = Object.fromEntries(classes.map(({ name, trainId }) => [name, trainId]))
      return [
        textFile('classes.json', classListText(classes)),
        textFile('train-ids.json', `${JSON.stringify(trainIds, null, 1)}\n`),
      ]
    },
  }
}
