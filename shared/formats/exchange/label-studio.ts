import { packBrush, unpackBrush } from './brush-rle.ts'
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
import { jsonFiles } from './json-files.ts'
import { ellipse, rectangle, turned } from './rings.ts'
import {
  createCategoryNames,
  createShapes,
  isRecord,
  nameOfCategory,
  noImage,
  numberOf,
  readAttributes,
  reasonOf,
  runsByValue,
  type Shapes,
  sizeProblem,
} from './shapes.ts'
import { Unreadable } from './unreadable.ts'
import { escapeXml } from './xml.ts'

type Json = Record<string, unknown>

/** Tasks with a brush for each object. */
export const labelStudio: Format = {
  id: 'label-studio',
  title: 'Label Studio JSON',
  holds: wholeHolds,
  recognises: async (source) => (await tasksOf(source)).some(({ tasks }) => tasks.length > 0),
  boxes: 'masks',
  read: readTasks,
  writer: createTaskWriter,
}

const isTask = (value: unknown): value is Json =>
  isRecord(value) &&
  isRecord(value.data) &&
  ('annotations' in value || 'predictions' in value || 'completions' in value)

type Tasks = { readonly path: string; readonly tasks: readonly unknown[]; readonly problem: ReadItem | null }

async function tasksOf(source: Source): Promise<Tasks[]> {
  const found: Tasks[] = []
  const candidates = source.paths.filter((each) => each.endsWith('.json')).slice(0, 1000)
  for await (const { path, file, problem } of jsonFiles(source, candidates)) {
    const tasks = Array.isArray(file) ? file : [file]
    if (problem) found.push({ path, tasks: [], problem })
    else if (tasks.some(isTask)) found.push({ path, tasks, problem })
  }
  return found
}

async function* readTasks(source: Source, wish: ReadWish = {}): AsyncGenerator<ReadItem> {
  const category = createCategoryNames()
  for (const { path, tasks, problem } of await tasksOf(source)) {
    if (problem) yield problem
    for (const [i, task] of tasks.entries()) {
      if (isTask(task)) yield* readTask(source, path, task, category, wish)
      else yield { kind: 'problem', file: path, image: null, reason: `Entry ${i + 1} is no task.` }
    }
  }
}

function* readTask(
  source: Source,
  path: string,
  task: Json,
  category: ReturnType<typeof createCategoryNames>,
  { boxes }: ReadWish,
): Generator<ReadItem> {
  const data = task.data as Json
  const link = [data.image, ...Object.values(data)].find((each) => typeof each === 'string')
  const called = typeof link === 'string' ? nameOfLink(link) : ''
  const problem = (reason: string): ReadItem => ({ kind: 'problem', file: path, image: called, reason })
  const image = source.image(called) ?? source.image(called.replace(/(^|\/)[0-9a-f]{8}-(?=[^/]*$)/, '$1'))
  if (!image) return yield problem(noImage(called))
  const given = [task.annotations ?? task.completions, task.predictions].map((list) =>
    (Array.isArray(list) ? list : []).find((each) => isRecord(each) && each.was_cancelled !== true),
  )
  const [annotation, prediction] = given
  const chosen = (annotation ?? prediction) as Json | undefined
  if (!chosen) return
  const shapes = createShapes(image, 'label-studio', { boxes })
  try {
    if (!Array.isArray(chosen.result)) throw new Unreadable('Its annotation has no list of results.')
    const split = isRecord(task.meta) ? task.meta.split : null
    const places = new Map<string, Json>()
    for (const result of chosen.result) {
      if (!isRecord(result) || !isRecord(result.value)) throw new Unreadable('A result has no value.')
      // A label that is given apart from its shape has the same id.
      const key = String(result.id ?? places.size)
      places.set(key, {
        ...places.get(key),
        ...result,
        value: { ...(places.get(key)?.value as Json), ...result.value },
      })
    }
    for (const result of places.values()) addResult(shapes, result, category)
    const isSplit = split === 'train' || split === 'val' || split === 'test'
    const status = annotation ? null : 'prelabeled'
    yield {
      kind: 'label',
      label: { image, file: path, ...shapes.finish(), status, split: isSplit ? split : null },
    }
  } catch (error) {
    yield problem(reasonOf(error))
  }
}

/** The path in a link to a local file, an upload or a bucket. */
function nameOfLink(link: string): string {
  const local = /[?&]d=([^&]*)/.exec(link)?.[1]
  const plain = local ?? link.replace(/^[a-z0-9+.-]+:\/\/[^/]*\//i, '').replace(/[?#].*$/, '')
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

const kinds = [
  'brushlabels',
  'polygonlabels',
  'rectanglelabels',
  'ellipselabels',
  'keypointlabels',
  'vectorlabels',
  'labels',
] as const

function addResult(shapes: Shapes, result: Json, category: ReturnType<typeof createCategoryNames>): void {
  const value = result.value as Json
  const labels = kinds.map((kind) => value[kind]).find((list) => Array.isArray(list) && list.length > 0)
  const name = nameOfCategory(Array.isArray(labels) ? labels[0] : null)
  const [x, y, w, h] = ['x', 'y', 'width', 'height'].map((key) => numberOf(value[key])) as [
    number,
    number,
    number,
    number,
  ]
  const [rx, ry] = [numberOf(value.radiusX), numberOf(value.radiusY)]
  const isShape = Array.isArray(value.rle) || Array.isArray(value.points) || !Number.isNaN(x)
  // A line with handles says of each corner more than where it is.
  if (!isShape || Array.isArray(value.vertices)) {
    shapes.aside(result, 'A result that is no shape (a choice, a text) is kept and not shown.')
    return
  }
  if (name === null) throw new Unreadable(`Result ${String(result.id).slice(0, 40)} has no label.`)
  const { width, height } = shapes.size
  const declared = { width: numberOf(result.original_width), height: numberOf(result.original_height) }
  if (declared.width !== width || declared.height !== height) {
    const problem = Number.isNaN(declared.width)
      ? null
      : sizeProblem({ name: 'the image', width, height }, declared)
    if (problem !== null) throw new Unreadable(problem)
  }
  const own = /^\d{1,8}$/.test(String(result.id)) ? Number(result.id) : undefined
  const meta = isRecord(result.meta) ? result.meta.attributes : {}
  const told = { ...(own !== undefined && { id: own }), attributes: readAttributes(meta), source: result }
  const object = () => shapes.object(category(name), told)
  const turn = numberOf(value.rotation) || 0
  const at = { x: (x * width) / 100, y: (y * height) / 100 }
  if (Array.isArray(value.rle)) shapes.runs(object(), unpackBrush(value.rle, width, height))
  else if (Array.isArray(value.points)) {
    if (value.points.length < 3) throw new Unreadable('A polygon has fewer than three corners.')
    const ring = value.points.map((point) => {
      const [px, py] = Array.isArray(point) ? point.map(numberOf) : []
      return { x: ((px ?? Number.NaN) * width) / 100, y: ((py ?? Number.NaN) * height) / 100 }
    })
    shapes.rings(object(), [ring])
  } else if (!Number.isNaN(rx) && !Number.isNaN(ry)) {
    const ring = ellipse(at, (rx * width) / 100, (ry * height) / 100)
    shapes.rings(object(), [turned(ring, at, turn)])
  } else if (Number.isNaN(h)) shapes.beside('point', category(name), [at], told)
  else {
    const far = { x: at.x + (w * width) / 100, y: at.y + (h * height) / 100 }
    shapes.box(category(name), turn === 0 ? [at, far] : turned(rectangle(at, far), at, turn), told)
  }
}

function createTaskWriter({ categories }: WriterOptions): Writer {
  const nameOf = new Map(categories.map(({ id, name }) => [id, name]))
  const tasks: string[] = []
  const imagePath = ({ name }: { readonly name: string }) => `images/${name}`
  return {
    imagePath,
    async add(label) {
      const { map, objects, split } = label
      const { width, height } = map
      const runs = runsByValue(map.ids, width, height)
      const result = objects.flatMap(({ id, categoryId, attributes }) => {
        const own = runs.get(id)
        if (!own) return []
        const value = {
          format: 'rle',
          rle: packBrush(own, width * height),
          brushlabels: [nameOf.get(categoryId)],
        }
        const place = { from_name: 'label', to_name: 'image', type: 'brushlabels' }
        const size = { original_width: width, original_height: height, image_rotation: 0 }
        const hasAttributes = Object.keys(attributes).length > 0
        return [{ id: String(id), ...place, ...size, value, ...(hasAttributes && { meta: { attributes } }) }]
      })
      const image = imagePath(label).split('/').map(encodeURIComponent).join('/')
      const task = {
        id: tasks.length + 1,
        data: { image },
        annotations: [{ id: tasks.length + 1, result }],
        ...(split !== null && { meta: { split } }),
      }
      tasks.push(JSON.stringify(task))
      return []
    },
    async finish() {
      const labels = categories.map(
        ({ name, color }) => `    <Label value="${escapeXml(name)}" background="${color}"/>\n`,
      )
      const config = `<View>\n  <Image name="image" value="$image"/>\n  <BrushLabels name="label" toName="image">\n${labels.join('')}  </BrushLabels>\n</View>\n`
      return [textFile('label-config.xml', config), textFile('tasks.json', `[\n${tasks.join(',\n')}\n]\n`)]
    },
  }
}
