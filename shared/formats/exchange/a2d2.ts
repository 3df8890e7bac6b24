import { createFreeColors } from './class-list.ts'
import { splitOfPath } from './coco-file.ts'
import {
  type Format,
  type ReadCategory,
  type ReadItem,
  type Source,
  textFile,
  type Writer,
  type WriterOptions,
} from './format.ts'
import { asHeld } from './proof.ts'
import { colorRaster, valueOfColor, valuesOfRaster } from './raster.ts'
import { unknown } from './semantic-png.ts'
import {
  createCategoryNames,
  createShapes,
  isRecord,
  nameOfCategory,
  noImage,
  parseJson,
  reasonOf,
  runsByValue,
  sizeProblem,
} from './shapes.ts'
import { Unreadable } from './unreadable.ts'

/** A colour for each class, and of things one for each that an image has: "car 1", "car 2". */
export const a2d2: Format = {
  id: 'a2d2',
  title: 'A2D2 folders',
  holds: {
    shape: 'pixels',
    holes: 'yes',
    parts: 'yes',
    objects: 'apart',
    stuff: 'one',
    void: 'class',
    attributes: false,
    status: false,
    most: { objects: null, categories: null },
  },
  recognises: async ({ paths }) => paths.some((path) => /(^|\/)class_list\.json$/.test(path)),
  read: readA2d2,
  writer: createA2d2Writer,
}

type Meaning = { readonly category: ReadCategory; readonly name: string }

async function* readA2d2(source: Source): AsyncGenerator<ReadItem> {
  const list = source.paths.find((path) => /(^|\/)class_list\.json$/.test(path))
  let classes: Map<number, Meaning>
  try {
    classes = meaningsOf(list === undefined ? '{}' : await source.text(list))
  } catch (error) {
    return yield { kind: 'problem', file: list ?? 'class_list.json', image: null, reason: reasonOf(error) }
  }
  for (const path of source.paths) {
    if (!path.endsWith('.png') || !/(^|\/)label\//.test(path)) continue
    const called = path.replace(/^.*?(^|\/)label\//, '').replace(/\.png$/, '')
    // The image's own name has the word camera where the label's has label.
    const names = [called, called.replace(/^(train|val|test)\//, '')].flatMap((name) => [
      name.replace(/_label_(?=[^/]*$)/, '_camera_'),
      name,
    ])
    const image = names.map((name) => source.image(name)).find((each) => each !== null) ?? null
    if (!image) {
      yield { kind: 'problem', file: path, image: called, reason: noImage(names[0]!) }
      continue
    }
    try {
      const raster = await source.raster(path)
      const wrongSize = sizeProblem(image, raster)
      if (wrongSize !== null) throw new Unreadable(wrongSize)
      if (raster.channels === 1) throw new Unreadable('It has no colours.')
      const shapes = createShapes(image, 'a2d2')
      // Black can be a class; one more than each value keeps it apart from nothing.
      const values = valuesOfRaster(raster).map((value) => value + 1)
      for (const [value, runs] of runsByValue(values, image.width, image.height)) {
        const meaning = classes.get(value - 1)
        if (meaning) shapes.runs(shapes.object(meaning.category, { key: meaning.name }), runs)
        else if (value !== 1) unknown(value - 1, runs, image.width, true)
      }
      const split = splitOfPath(path.split('/').slice(0, -1).join('/'))
      yield { kind: 'label', label: { image, file: path, ...shapes.finish(), status: null, split } }
    } catch (error) {
      yield { kind: 'problem', file: path, image: image.name, reason: reasonOf(error) }
    }
  }
}

/** What each colour means. A name with a number behind it is an object of the class before it. Throws Unreadable. */
function meaningsOf(text: string): Map<number, Meaning> {
  const file = parseJson(text)
  if (!isRecord(file)) throw new Unreadable('It holds no classes.')
  const category = createCategoryNames()
  const classes = new Map<number, Meaning>()
  for (const [color, value] of Object.entries(file)) {
    const name = nameOfCategory(value)
    if (!/^#[0-9a-f]{6}$/i.test(color) || name === null)
      throw new Unreadable('A class has no colour or no name.')
    const plain = /^(.*\S)\s+\d{1,6}$/.exec(name)?.[1]
    const known = category(plain ?? name, { color: color.toLowerCase(), hasInstances: plain !== undefined })
    classes.set(valueOfColor(color.toLowerCase()), { category: known, name })
  }
  return classes
}

function createA2d2Writer(options: WriterOptions): Writer {
  const free = createFreeColors()
  const names = new Map<string, string>()
  const byCategory = new Map(options.categories.map((category) => [category.id, category]))
  // Whatever the labels are, the first colour of each class is its own.
  const colorsOf = new Map(options.categories.map(({ id, color }) => [id, [free(color)]]))
  const folderOf = (split: string | null) => (split === null ? '' : `${split}/`)
  function colorOf(categoryId: number, index: number): number {
    const colors = colorsOf.get(categoryId)!
    const { name, hasInstances } = byCategory.get(categoryId)!
    while (colors.length <= index) colors.push(free(colors.at(-1)!))
    const color = colors[index]!
    names.set(color, hasInstances ? `${name} ${index + 1}` : name)
    return valueOfColor(color)
  }
  for (const { id } of options.categories) colorOf(id, 0)
  return {
    imagePath: ({ name, split }) => `camera/${folderOf(split)}${name}`,
    async add(label) {
      const { map, objects } = asHeld(label, a2d2.holds, options.categories)
      const { width, height } = map
      const counts = new Map<number, number>()
      const values = new Map<number, number>()
      const present = new Set(map.ids)
      for (const { id, categoryId } of objects) {
        if (!present.has(id) || !byCategory.has(categoryId)) continue
        const index = counts.get(categoryId) ?? 0
        counts.set(categoryId, index + 1)
        values.set(id, colorOf(categoryId, index))
      }
      const picture = colorRaster(
        map.ids.map((id) => values.get(id) ?? 0),
        width,
        height,
      )
      const name = label.name.replace(/_camera_(?=[^/]*$)/, '_label_')
      return [{ path: `label/${folderOf(label.split)}${name}.png`, bytes: await options.encode(picture) }]
    },
    async finish() {
      const list = Object.fromEntries([...names].sort(([a], [b]) => (a < b ? -1 : 1)))
      return [textFile('class_list.json', `${JSON.stringify(list, null, 1)}\n`)]
    },
  }
}
