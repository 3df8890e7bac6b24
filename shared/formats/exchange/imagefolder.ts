import type { Split } from '../../dataset/card.ts'
import { maskFromIds } from '../../label/masks.ts'
import { boundsOfRuns } from '../../label/region.ts'
import { type ClassList, classEntries, classListText, findClassList } from './class-list.ts'
import { splitOfPath } from './coco-file.ts'
import {
  type Format,
  type ReadCategory,
  type ReadItem,
  type ReadWish,
  type Source,
  textFile,
  type WriteLabel,
  type Writer,
  type WriterOptions,
  wholeHolds,
} from './format.ts'
import { valuesOfRaster } from './raster.ts'
import {
  createCategoryNames,
  createShapes,
  isRecord,
  noImage,
  numberOf,
  parseJson,
  readAttributes,
  reasonOf,
  runsByValue,
  sizeProblem,
} from './shapes.ts'
import { Unreadable } from './unreadable.ts'

type Json = Record<string, unknown>

/** A row for each image in `metadata.jsonl`: boxes and categories as columns, and a mask of object ids beside it. */
export const imagefolder: Format = {
  id: 'huggingface',
  title: 'Hugging Face imagefolder',
  holds: wholeHolds,
  recognises: async ({ paths }) => paths.some(isMetadata),
  boxes: 'masks',
  read: readFolders,
  writer: createFolderWriter,
}

const isMetadata = (path: string) => /(^|\/)metadata\.jsonl$/.test(path)
const placeOf: Readonly<Record<Split, string>> = { train: 'train', val: 'validation', test: 'test' }

async function* readFolders(source: Source, wish: ReadWish = {}): AsyncGenerator<ReadItem> {
  const category = createCategoryNames()
  let classes: ClassList | null
  try {
    classes = await findClassList(source)
  } catch (error) {
    return yield { kind: 'problem', file: 'classes.json', image: null, reason: reasonOf(error) }
  }
  // In the order of the list, as columns count.
  const listed = classes ? [...classes.byValue.values()] : []
  const categoryOf = (index: number) => listed[index] ?? category(`class ${index}`)
  for (const path of source.paths.filter(isMetadata)) {
    let text: string
    try {
      text = await source.text(path)
    } catch (error) {
      yield { kind: 'problem', file: path, image: null, reason: reasonOf(error) }
      continue
    }
    for (const [i, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() !== '') yield await readRow(source, path, line, i + 1, { ...wish, categoryOf })
    }
  }
}

async function readRow(
  source: Source,
  path: string,
  line: string,
  number: number,
  { categoryOf, boxes: wish }: ReadWish & { readonly categoryOf: (index: number) => ReadCategory },
): Promise<ReadItem> {
  let name: string | null = null
  try {
    const row = parseRow(line, number)
    name = row.file_name as string
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    const image = source.image(`${folder}${name}`) ?? source.image(name)
    if (!image) throw new Unreadable(noImage(name))
    const objects = isRecord(row.objects) ? row.objects : {}
    const lists = ['bbox', 'categories', 'id', 'attributes'].map((key) => objects[key])
    const [boxes, categories, ids, attributes] = lists.map((list) =>
      Array.isArray(list) ? list : [],
    ) as unknown[][]
    const shapes = createShapes(image, 'huggingface', { boxes: wish })
    const indices = categories!.map(numberOf)
    if (!indices.every((index) => Number.isInteger(index) && index >= 0)) {
      throw new Unreadable(`Row ${number} has a category that is no whole number.`)
    }
    const mask = row.label_map_file_name
    const attributesOf = (i: number) => {
      const value = attributes![i]
      return readAttributes(typeof value === 'string' && value !== '' ? parseJson(value) : value)
    }
    let file = path
    if (typeof mask === 'string') {
      file = `${folder}${mask.replace(/^\.\//, '')}`
      const raster = await source.raster(file)
      const wrongSize = sizeProblem(image, raster)
      if (wrongSize !== null) throw new Unreadable(wrongSize)
      const runs = runsByValue(valuesOfRaster(raster), image.width, image.height)
      for (const [i, index] of indices.entries()) {
        const id = ids!.length > 0 ? numberOf(ids![i]) : i + 1
        const own = runs.get(id)
        runs.delete(id)
        if (own) shapes.runs(shapes.object(categoryOf(index), { id, attributes: attributesOf(i) }), own)
        else shapes.remark('A row of objects has no pixels in the mask and is left out.')
      }
      if (runs.size > 0)
        throw new Unreadable(`The mask has pixels of ${runs.size} objects that row ${number} does not name.`)
    } else {
      for (const [i, index] of indices.entries()) {
        const box = boxes![i]
        const [x, y, w, h] = Array.isArray(box) ? (box.map(numberOf) as [number, number, number, number]) : []
        if (x === undefined || y === undefined || w === undefined || h === undefined) {
          throw new Unreadable(`Row ${number} has fewer boxes than categories.`)
        }
        const corners = [
          { x, y },
          { x: x + w, y: y + h },
        ]
        const told = { id: numberOf(ids![i]), attributes: attributesOf(i), source: { bbox: box } }
        shapes.box(categoryOf(index), corners, told)
      }
    }
    const split = splitOfPath(folder)
    return { kind: 'label', label: { image, file, ...shapes.finish(), status: null, split } }
  } catch (error) {
    return { kind: 'problem', file: path, image: name, reason: reasonOf(error) }
  }
}

function parseRow(line: string, number: number): Json {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch {
    throw new Unreadable(`Row ${number} is no JSON.`)
  }
  if (!isRecord(row) || typeof row.file_name !== 'string')
    throw new Unreadable(`Row ${number} has no "file_name".`)
  return row
}

function createFolderWriter({ title, categories, encode }: WriterOptions): Writer {
  const indexOf = new Map(categories.map(({ id }, i) => [id, i]))
  const rows = new Map<string, string[]>()
  const folderOf = ({ split }: Pick<WriteLabel, 'split'>) => placeOf[split ?? 'train']
  return {
    imagePath: (label) => `${folderOf(label)}/${label.name}`,
    async add(label) {
      const { name, map, objects } = label
      const { width, height, ids } = map
      const runs = runsByValue(ids, width, height)
      const present = objects.filter(({ id }) => runs.has(id))
      const mask = `masks/${name}.png`
      const folder = folderOf(label)
      const row = {
        file_name: name,
        label_map_file_name: mask,
        // All rows have the same keys and kinds of values, also where a list is empty.
        objects: {
          id: present.map(({ id }) => id),
          bbox: present.map(({ id }) => {
            const { x0, y0, x1, y1 } = boundsOfRuns(runs.get(id)!, width)!
            return [x0, y0, x1 - x0, y1 - y0]
          }),
          categories: present.map(({ categoryId }) => indexOf.get(categoryId)),
          attributes: present.map(({ attributes }) =>
            Object.keys(attributes).length > 0 ? JSON.stringify(attributes) : '',
          ),
        },
      }
      const list = rows.get(folder) ?? []
      list.push(`${JSON.stringify(row)}\n`)
      rows.set(folder, list)
      const raster = { width, height, channels: 4, data: maskFromIds(ids), palette: null } as const
      return [{ path: `${folder}/${mask}`, bytes: await encode(raster) }]
    },
    async finish() {
      const lists = [...rows].sort(([a], [b]) => (a < b ? -1 : 1))
      const names = categories.map(({ name }, i) => `            '${i}': ${JSON.stringify(name)}\n`)
      const card = `---
dataset_info:
  features:
  - name: image
    dtype: image
  - name: objects
    sequence:
    - name: id
      dtype: int64
    - name: bbox
      sequence: float32
      length: 4
    - name: categories
      dtype:
        class_label:
          names:
${names.join('')}    - name: attributes
      dtype: string
---

# ${title.replace(/[\r\n]/g, ' ')}

Categories count from 0. Boxes are \`[x, y, width, height]\` in pixels. \`label_map_file_name\` is a PNG beside the images, of the size of the image: id = R + 256 G + 65536 B, 0 is unlabeled, alpha means nothing.
`
      return [
        textFile('README.md', card),
        textFile('classes.json', classListText(classEntries(categories))),
        ...lists.map(([folder, list]) => textFile(`${folder}/metadata.jsonl`, list.join(''))),
      ]
    },
  }
}
