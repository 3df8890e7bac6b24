import { bridgeRings, outlinesOfRuns } from '../../label/outline.ts'
import { boundsOfRuns } from '../../label/region.ts'
import { addKeypoints } from './coco.ts'
import { splitOfPath } from './coco-file.ts'
import {
  type Format,
  type Holds,
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
import {
  createCategoryNames,
  createShapes,
  nameOfCategory,
  noImage,
  reasonOf,
  runsByValue,
} from './shapes.ts'
import { Unreadable } from './unreadable.ts'

const segmentHolds: Holds = {
  ...wholeHolds,
  holes: 'bridged',
  parts: 'bridged',
  objects: 'apart',
  attributes: false,
}

/** A row for each object: its outline as one line, with parts and holes joined over links without width. */
export const yoloSegment: Format = {
  id: 'yolo-segment',
  title: 'YOLO segmentation',
  holds: segmentHolds,
  recognises: async ({ paths }) =>
    paths.some((path) => /(^|\/)labels\/.*\.txt$/.test(path)) && paths.some((path) => isConfig(path)),
  boxes: 'masks',
  read: readYolo,
  writer: (options) => createYoloWriter(options, true),
}

/** A row for each object: the box around it. */
export const yoloDetect: Format = {
  ...yoloSegment,
  id: 'yolo-detect',
  title: 'YOLO detection',
  holds: { ...segmentHolds, shape: 'boxes', holes: 'no', parts: 'no' },
  recognises: async () => false,
  writer: (options) => createYoloWriter(options, false),
}

const isConfig = (path: string) =>
  /(^|\/)(data|dataset)[^/]*\.ya?ml$|(^|\/)(obj\.names|classes\.txt)$/i.test(path)

async function* readYolo(source: Source, { boxes }: ReadWish = {}): AsyncGenerator<ReadItem> {
  let names: Map<number, string>
  let pose: Pose | null = null
  const config = source.paths.find(isConfig)
  try {
    const text = config === undefined ? '' : await source.text(config)
    names = config === undefined ? new Map() : namesOfConfig(config, text)
    pose = poseOfConfig(text)
  } catch (error) {
    return yield { kind: 'problem', file: config!, image: null, reason: reasonOf(error) }
  }
  const category = createCategoryNames()
  const categoryOf = (index: number) => category(names.get(index) ?? `class ${index}`)
  for (const path of source.paths) {
    if (!path.endsWith('.txt') || isConfig(path) || !/(^|\/)labels\//.test(path)) continue
    const called = stemOf(path.replace(/(^|.*\/)labels\//, ''))
    // The name without the folder of the split, or with it where that is the name's own.
    const image = source.image(called) ?? source.image(called.replace(/^[^/]*\//, ''))
    if (!image) yield { kind: 'problem', file: path, image: called, reason: noImage(called) }
    else yield await readRows(source, path, image, { categoryOf, pose, boxes })
  }
}

async function readRows(
  source: Source,
  path: string,
  image: SourceImage,
  options: ReadWish & { readonly categoryOf: (index: number) => ReadCategory; readonly pose: Pose | null },
): Promise<ReadItem> {
  const { categoryOf, pose, boxes } = options
  try {
    const shapes = createShapes(image, 'yolo-detect', { boxes })
    const { width, height } = image
    const seen = new Set<string>()
    for (const [i, line] of (await source.text(path)).split(/\r?\n/).entries()) {
      const row = line.trim()
      if (row === '' || seen.has(row)) continue
      seen.add(row)
      const [index, ...numbers] = row.split(/\s+/).map(Number) as [number, ...number[]]
      if (!Number.isInteger(index) || index < 0 || !numbers.every(Number.isFinite)) {
        throw new Unreadable(`Line ${i + 1} is no row of numbers.`)
      }
      const isPose = pose !== null && numbers.length === 4 + pose.points * pose.numbers
      if (numbers.length === 4 || numbers.length === 5 || isPose) {
        const [x, y, w, h, ...rest] = numbers as [number, number, number, number, ...number[]]
        const [left, top] = [(x - w / 2) * width, (y - h / 2) * height]
        const corners = [
          { x: left, y: top },
          { x: left + w * width, y: top + h * height },
        ]
        const group = i + 1
        const id = shapes.box(categoryOf(index), corners, { group, source: row })
        // How sure a model was, or key points.
        if (id !== null && numbers.length > 4) shapes.sayOf(id, row)
        if (!isPose) continue
        const flat: number[] = []
        for (let k = 0; k < rest.length; k += pose.numbers) {
          const [px, py] = [rest[k]!, rest[k + 1]!]
          // Without a number of its own, a point that nobody marked is at 0, 0.
          const mark = pose.numbers === 3 ? rest[k + 2]! : px === 0 && py === 0 ? 0 : 2
          flat.push(px * width, py * height, mark)
        }
        addKeypoints(shapes, categoryOf(index), flat, { names: [], group })
      } else if (numbers.length >= 6 && numbers.length % 2 === 0) {
        const ring = []
        for (let k = 0; k < numbers.length; k += 2)
          ring.push({ x: numbers[k]! * width, y: numbers[k + 1]! * height })
        shapes.rings(shapes.object(categoryOf(index)), [ring])
      } else
        throw new Unreadable(`Line ${i + 1} has ${numbers.length + 1} numbers, neither a box nor a polygon.`)
    }
    return {
      kind: 'label',
      label: { image, file: path, ...shapes.finish(), status: null, split: splitOfPath(path) },
    }
  } catch (error) {
    return { kind: 'problem', file: path, image: image.name, reason: reasonOf(error) }
  }
}

/** Key points of each object, and the numbers of one: two, or three with its visibility. */
type Pose = { readonly points: number; readonly numbers: 2 | 3 }

function poseOfConfig(text: string): Pose | null {
  const [, points, numbers] = /^kpt_shape\s*:\s*\[\s*(\d{1,4})\s*,\s*([23])\s*\]/m.exec(text) ?? []
  return points === undefined ? null : { points: Number(points), numbers: Number(numbers) as 2 | 3 }
}

/**
 * `names` of a YAML file, or a name a line. Of YAML only what such files hold is understood: `names:` followed by a list
 * in brackets, items with dashes, or numbers with names. Throws Unreadable.
 */
export function namesOfConfig(path: string, text: string): Map<number, string> {
  const names = new Map<number, string>()
  const put = (index: number, value: string) => {
    const name = nameOfCategory(unquoted(value))
    if (name === null) throw new Unreadable(`The name of class ${index} is none.`)
    names.set(index, name)
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (!/\.ya?ml$/i.test(path)) {
    lines.forEach((line, i) => {
      if (line.trim() !== '') put(i, line)
    })
    return names
  }
  const start = lines.findIndex((line) => /^\s*names\s*:/.test(line))
  if (start === -1) throw new Unreadable('It has no "names".')
  const indent = /^\s*/.exec(lines[start]!)![0].length
  const rest = lines[start]!.replace(/^\s*names\s*:/, '').trim()
  if (rest.startsWith('[') || rest.startsWith('{')) {
    const flow = [rest, ...lines.slice(start + 1)].join('\n')
    flowItems(flow).forEach((item, i) => {
      const pair = rest.startsWith('{') ? /^(\d{1,6})\s*:\s*([\s\S]*)$/.exec(item) : null
      if (rest.startsWith('{') && !pair) throw new Unreadable('Its "names" cannot be read.')
      put(pair ? Number(pair[1]) : i, pair ? pair[2]! : item)
    })
    return names
  }
  for (const line of lines.slice(start + 1)) {
    if (line.trim() === '' || line.trim().startsWith('#')) continue
    const item = /^(\s*)(?:-\s+(.*)|['"]?(\d{1,6})['"]?\s*:\s*(.*))$/.exec(line)
    if (!item || item[1]!.length < indent || (item[2] === undefined && item[1]!.length <= indent)) break
    put(item[2] === undefined ? Number(item[3]) : names.size, item[2] ?? item[4]!)
  }
  return names
}

/** The items between the first bracket and its end, with commas in quotes left alone. */
function flowItems(text: string): string[] {
  const close = text[0] === '[' ? ']' : '}'
  const items: string[] = []
  let item = ''
  let quote = ''
  for (let at = 1; at < text.length; at++) {
    const letter = text[at]!
    if (quote !== '') {
      item += letter
      if (letter === '\\' && quote === '"') item += text[++at] ?? ''
      else if (letter === quote && quote === "'" && text[at + 1] === quote) item += text[++at]
      else if (letter === quote) quote = ''
    } else if (letter === close || letter === ',') {
      if (item.trim() !== '') items.push(item.trim())
      item = ''
      if (letter === close) return items
    } else {
      if ((letter === '"' || letter === "'") && /^$|:\s*$/.test(item.trim())) quote = letter
      item += letter
    }
  }
  throw new Unreadable('Its "names" have no end.')
}

function unquoted(text: string): string {
  const value = text.trim()
  if (value.startsWith('"')) {
    try {
      return String(JSON.parse(/^"(?:[^"\\]|\\.)*"/.exec(value)?.[0] ?? ''))
    } catch {
      throw new Unreadable('A name in quotes has no end.')
    }
  }
  if (value.startsWith("'")) return (/^'((?:[^']|'')*)'/.exec(value)?.[1] ?? '').replaceAll("''", "'")
  return value.replace(/\s+#.*$/, '')
}

/** A name for the files of each sample, without its ending: samples that would share one keep theirs. */
export function createStems(): (name: string) => string {
  const taken = new Map<string, string>()
  return (name) => {
    const plain = stemOf(name)
    const owner = taken.get(plain)
    const stem = owner === undefined || owner === name ? plain : name.replaceAll('.', '_')
    taken.set(stem, name)
    return stem
  }
}

function createYoloWriter({ title, categories, encode: _ }: WriterOptions, asOutlines: boolean): Writer {
  const indexOf = new Map(categories.map(({ id }, i) => [id, i]))
  const stemFor = createStems()
  const splits = new Set<string>()
  return {
    imagePath({ name, split }) {
      const stem = stemFor(name)
      const ending = name.slice(stemOf(name).length).toLowerCase()
      return `images/${split ?? 'train'}/${stem}${ending}`
    },
    async add({ name, map, objects, split }) {
      const { width, height } = map
      const runs = runsByValue(map.ids, width, height)
      const rows = objects.flatMap(({ id, categoryId }) => {
        const own = runs.get(id)
        if (!own) return []
        const numbers = asOutlines ? outlineNumbers(own, width, height) : boxNumbers(own, width, height)
        return [`${indexOf.get(categoryId)} ${numbers.map(fraction).join(' ')}\n`]
      })
      splits.add(split ?? 'train')
      return [textFile(`labels/${split ?? 'train'}/${stemFor(name)}.txt`, rows.join(''))]
    },
    async finish() {
      const places = ['train', 'val', 'test'].filter((split) => splits.has(split))
      const lines = [
        `# ${title.replace(/[\r\n]/g, ' ')}`,
        'path: .',
        ...places.map((split) => `${split}: images/${split}`),
        'names:',
        ...categories.map(({ name }, i) => `  ${i}: ${JSON.stringify(name)}`),
      ]
      return [textFile('data.yaml', `${lines.join('\n')}\n`)]
    },
  }
}

function outlineNumbers(runs: Uint32Array, width: number, height: number): number[] {
  const rings = outlinesOfRuns(runs, width).flatMap(({ outer, holes }) => [outer, ...holes])
  return bridgeRings(rings).flatMap(({ x, y }) => [x / width, y / height])
}

function boxNumbers(runs: Uint32Array, width: number, height: number): number[] {
  const { x0, y0, x1, y1 } = boundsOfRuns(runs, width)!
  return [(x0 + x1) / 2 / width, (y0 + y1) / 2 / height, (x1 - x0) / width, (y1 - y0) / height]
}

/** Eight decimals: a thousandth of a pixel on the largest image. */
const fraction = (value: number) => String(Number(value.toFixed(8)))
