import { packBrush, unpackBrush } from './brush-rle.ts'
import {
  type Format,
  type ReadItem,
  type Source,
  textFile,
  type Writer,
  type WriterOptions,
} from './format.ts'
import { jsonFiles } from './json-files.ts'
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
  Unreadable,
} from './shapes.ts'
import { escapeXml } from './xml.ts'

type Json = Record<string, unknown>

/** Tasks with a brush for each object. */
export const labelStudio: Format = {
  id: 'label-studio',
  title: 'Label Studio JSON',
  holds: {
    shape: 'pixels',
    holes: 'yes',
    parts: 'yes',
    objects: 'kept',
    stuff: 'as objects',
    void: 'class',
    attributes: true,
    status: false,
    most: { objects: null, categories: null },
  },
  recognises: async (source) => (await tasksOf(source)).some(({ tasks }) => tasks.length > 0),
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

async function* readTasks(source: Source): AsyncGenerator<ReadItem> {
  const category = createCategoryNames()
  for (const { path, tasks, problem } of await tasksOf(source)) {
    if (problem) yield problem
    for (const [i, task] of tasks.entries()) {
      if (isTask(task)) yield* readTask(source, path, task, category)
      else yield { kind: 'problem', file: path, image: null, reason: `Entry ${i + 1} is no task.` }
    }
  }
}

function* readTask(
  source: Source,
  path: string,
  task: Json,
  category: ReturnType<typeof createCategoryNames>,
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
  const shapes = createShapes(image)
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

const kinds = ['brushlabels', 'polygonlabels', 'rectanglelabels', 'ellipselabels', 'labels'] as const

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
  const hasShape = Array.isArray(value.rle) || Array.isArray(value.points) || !Number.isNaN(w)
  if (!hasShape) {
    shapes.remark('A result without an area (a choice, a text) is left out.')
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
  const id = shapes.object(category(name), {
    ...(own !== undefined && { id: own }),
    attributes: readAttributes(meta),
  })
  if (Array.isArray(value.rle)) shapes.runs(id, unpackBrush(value.rle, width, height))
  else if (Array.isArray(value.points)) {
    if (value.points.length < 3) throw new Unreadable('A polygon has fewer than three corners.')
    const ring = value.points.map((point) => {
      const [px, py] = Array.isArray(point) ? point.map(numberOf) : []
      return { x: ((px ?? Number.NaN) * width) / 100, y: ((py ?? Number.NaN) * height) / 100 }
    })
    shapes.rings(id, [ring])
  } else {
    const [left, top] = [(x * width) / 100, (y * height) / 100]
    const [right, low] = [left + (w * width) / 100, top + (h * height) / 100]
    addBox(shapes, id, { left, top, right, low }, ((numberOf(value.rotation) || 0) * Math.PI) / 180)
  }
}

type Box = { readonly left: number; readonly top: number; readonly right: number; readonly low: number }

/** `turn`: about its first corner, clockwise on the screen. */
function addBox(shapes: Shapes, id: number, { left, top, right, low }: Box, turn: number): void {
  if (turn === 0) {
    shapes.box(id, left, top, right, low)
    return
  }
  const corners = [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: low },
    { x: left, y: low },
  ].map(({ x, y }) => ({
    x: left + (x - left) * Math.cos(turn) - (y - top) * Math.sin(turn),
    y: top + (x - left) * Math.sin(turn) + (y - top) * Math.cos(turn),
  }))
  shapes.rings(id, [corners])
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
