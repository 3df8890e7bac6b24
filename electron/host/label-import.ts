import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { AppError, type ErrorInfo } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { carriedRecordText } from '../../shared/formats/carried-record.ts'
import type {
  Format,
  FormatId,
  ReadCategory,
  ReadLabel,
  SourceImage,
} from '../../shared/formats/exchange/format.ts'
import { detectFormat, formatNamed } from '../../shared/formats/exchange/formats.ts'
import { imageFinder } from '../../shared/formats/exchange/image-finder.ts'
import { shapesFileText } from '../../shared/formats/shapes-file.ts'
import {
  frame,
  labelPixelsPath,
  labelShapesPath,
  type SaveHeader,
  type ShapesHeader,
  saveLabelPath,
  saveShapesPath,
} from '../../shared/host/data-plane.ts'
import {
  type HostConnection,
  type LabelState,
  type Sample,
  saveResultSchema,
} from '../../shared/host/host-api.ts'
import { foldAttribute } from '../../shared/label/attributes.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import { type LabelMap, MAX_OBJECT_ID } from '../../shared/label/label-map.ts'
import type { Category, LabelObject } from '../../shared/label/ontology.ts'
import type { LabelShapes } from '../../shared/label/shape.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { openLabelSource } from './label-source.ts'

export type LabelImportRequest = {
  /** A folder, a zip archive, or one file. Absolute. */
  readonly path: string
  /** What it is called to the person; left out: as the path ends. */
  readonly name?: string
  /** Null: found out from the files. */
  readonly format: FormatId | null
  readonly dryRun: boolean
  /** Also where an image has a label already; what it was stays among its states. */
  readonly replace: boolean
  /** For labels of formats that do not say how far they have come. */
  readonly status: LabelStatus
  /** Whether boxes, polygons, lines and points stay shapes or are filled; left out: as the format does it. */
  readonly boxes?: 'shapes' | 'masks' | undefined
}

/** What becomes, or would become, of one label of the files. */
export type LabelOutcome = {
  readonly image: string
  readonly file: string
  /** `taken`: the image has a label, and is left as it is. `replaced`: it had one. `same`: it says what is there. */
  readonly kind: 'new' | 'replaced' | 'taken' | 'same' | 'twice'
  readonly objects: number
  /** Shapes beside the mask. */
  readonly shapes: number
  readonly remarks: readonly string[]
}
export type LabelProblem = { readonly file: string; readonly image: string | null; readonly reason: string }

export type LabelImportReport = {
  readonly format: FormatId
  readonly dryRun: boolean
  readonly labels: readonly LabelOutcome[]
  /** Names that are not in the library yet. */
  readonly newCategories: readonly string[]
  /** Names of samples that cannot be shown and are kept whole. */
  readonly carried: readonly string[]
  readonly problems: readonly LabelProblem[]
}

const pageSize = 5000

/**
 * Brings labels of another program into a library, over the same door that any window has. A label is saved whole or not
 * at all; what was there stays among the states of its image. Sent again, it changes nothing. Rejects with AppError
 * `IN_PATH`, `IN_FORMAT`, `IN_TOO_BIG` where nothing can be read at all.
 */
export async function importLabelFiles(
  connection: HostConnection,
  request: LabelImportRequest,
  signal: AbortSignal,
  report: (done: number) => void = () => {},
): Promise<LabelImportReport> {
  const samples = new Map<string, Sample>()
  for (let after: string | null = null; ; ) {
    const page: { samples: Sample[] } = await connection.call(
      'samples.list',
      { after, limit: pageSize },
      signal,
    )
    for (const sample of page.samples) samples.set(sample.name, sample)
    if (page.samples.length < pageSize) break
    after = page.samples.at(-1)!.id
  }
  const images: SourceImage[] = [...samples.values()].map(({ name, width, height }) => ({
    name,
    width,
    height,
  }))
  const files = await openLabelSource(request.path, signal)
  try {
    const source = { ...files, image: imageFinder(images) }
    const format: Format = request.format === null ? await detectFormat(source) : formatNamed(request.format)
    const labels: LabelOutcome[] = []
    const problems: LabelProblem[] = [
      ...files.refused.map(({ file, reason }) => ({ file, image: null, reason })),
    ]
    const categories = await createCategoryBook(connection, request.dryRun, signal)
    const seen = new Set<string>()
    const carried: string[] = []
    for await (const item of format.read(source, { boxes: request.boxes })) {
      signal.throwIfAborted()
      if (item.kind === 'problem') {
        const { file, image, reason } = item
        problems.push({ file, image, reason })
        continue
      }
      if (item.kind === 'carried') {
        carried.push(item.record.name)
        if (request.dryRun) continue
        try {
          await connection.call('carried.take', { records: [carriedRecordText(item.record)] }, signal)
        } catch (error) {
          if (!(error instanceof AppError) || signal.aborted) throw error
          problems.push({ file: item.file, image: null, reason: reasonOf(error.toInfo()) })
        }
        continue
      }
      const { label } = item
      const sample = samples.get(label.image.name)!
      const outcome = (kind: LabelOutcome['kind']) =>
        labels.push({
          image: sample.name,
          file: label.file,
          kind,
          objects: label.objects.length,
          shapes: label.shapes?.label.shapes.length ?? 0,
          remarks: label.remarks,
        })
      // Of two files for one image the first counts; a reader gives them in order.
      if (seen.has(sample.name)) outcome('twice')
      else if (isLabeled(sample) && !request.replace) {
        outcome('taken')
      } else if (request.dryRun) {
        const isTaken = isLabeled(sample) || (await isShaped(connection, sample, signal))
        if (isTaken && !request.replace) outcome('taken')
        else {
          outcome(isTaken ? 'replaced' : 'new')
          categories.note(label)
        }
      } else {
        try {
          const { status, replace } = request
          outcome(await save(connection, sample, label, { categories, status, replace, signal }))
        } catch (error) {
          if (!(error instanceof AppError) || signal.aborted) throw error
          problems.push({ file: label.file, image: sample.name, reason: reasonOf(error.toInfo()) })
        }
      }
      seen.add(sample.name)
      report(labels.length)
      await setImmediate()
    }
    if (labels.length + carried.length === 0 && problems.length === 0) {
      problems.push({
        file: request.name ?? basename(request.path),
        image: null,
        reason: `It holds no labels of ${format.title}.`,
      })
    }
    return {
      format: format.id,
      dryRun: request.dryRun,
      labels,
      newCategories: categories.made(),
      carried,
      problems,
    }
  } finally {
    await files.close()
  }
}

const reasonOf = ({ message, remedy }: ErrorInfo) => `${message} ${remedy}`

type CategoryBook = {
  /** Remembers categories that would have to be made. */
  note(label: ReadLabel): void
  /** Made when it is not there. */
  idOf(category: ReadCategory): Promise<number>
  made(): string[]
}

/** "Car" and "car" are one category. */
async function createCategoryBook(
  connection: HostConnection,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<CategoryBook> {
  const known = new Map<string, number>()
  const learn = (list: readonly Category[]) => {
    for (const { id, name } of list) known.set(foldAttribute(name), id)
  }
  learn(await connection.call('categories.list', {}, signal))
  const made = new Map<string, string>()
  return {
    note(label) {
      for (const category of categoriesOf(label)) {
        const key = foldAttribute(category.name)
        if (dryRun && !known.has(key)) made.set(key, category.name)
      }
    },
    async idOf({ name, color, hasInstances, isVoid }) {
      const key = foldAttribute(name)
      const found = known.get(key)
      if (found !== undefined) return found
      try {
        const input = {
          name,
          hasInstances,
          ...(color !== null && { color }),
          ...(isVoid && { isVoid: true as const }),
        }
        const { id } = await connection.call('categories.create', input, signal)
        known.set(key, id)
        made.set(key, name)
        return id
      } catch (error) {
        // Somebody else may have made it in this moment.
        if (!(error instanceof AppError && error.code === 'NAME_TAKEN')) throw error
        learn(await connection.call('categories.list', {}, signal))
        return known.get(key)!
      }
    },
    made: () => [...made.values()],
  }
}

async function save(
  connection: HostConnection,
  sample: Sample,
  label: ReadLabel,
  options: {
    readonly categories: CategoryBook
    readonly status: LabelStatus
    readonly replace: boolean
    readonly signal: AbortSignal
  },
): Promise<'new' | 'replaced' | 'taken' | 'same'> {
  const { categories, status, replace, signal } = options
  const state = await connection.call('label.open', { sampleId: sample.id, peek: true }, signal)
  // The list of images was read at the start: somebody may have labeled this one since.
  const isTaken =
    state.shapes !== undefined || isLabeled({ objectCount: state.objects.length, status: state.status })
  if (isTaken && !replace) return 'taken'
  const objects: LabelObject[] = []
  for (const { id, category, attributes } of label.objects) {
    objects.push({ id, categoryId: await categories.idOf(category), attributes: { ...attributes } })
  }
  const shapes = await ownShapes(label, categories)
  const hasShapes = async () =>
    shapes === null || (await shapesThere(connection, state, signal)) === shapesFileText(shapes)
  if ((await isSame(connection, state, { map: label.map, objects }, signal)) && (await hasShapes()))
    return 'same'
  // A label of shapes alone says nothing of pixels: those that are there stay.
  if (objects.length === 0 && shapes !== null) {
    await saveShapes(connection, state, shapes, label.status ?? status, signal)
    await takeSplit(connection, sample, label, signal)
    return isTaken ? 'replaced' : 'new'
  }
  const isFirst = state.objects.length === 0
  const fresh = freshIds({ map: label.map, objects }, isFirst ? 1 : state.nextObjectId)
  // What is said of objects goes by their ids, which may be others now.
  const became = new Map(objects.map(({ id }, i) => [id, fresh.objects[i]!.id]))
  const file =
    shapes === null
      ? new Uint8Array()
      : shapesFileBytes({
          ...shapes,
          objects: new Map([...shapes.objects].map(([id, more]) => [became.get(id) ?? id, more])),
        })
  const header: SaveHeader = {
    base: state.revision,
    status: label.status ?? status,
    objects: fresh.objects,
    nextObjectId: Math.max(state.nextObjectId, 1 + Math.max(0, ...fresh.objects.map(({ id }) => id))),
    tool: 'import',
    journal: null,
    ...(shapes !== null && { shapesBytes: file.length }),
  }
  // In one request: a label is here with its shapes or not at all.
  const body = new Blob([frame(header, Buffer.concat([file, encodeIds(fresh.map.ids)]))])
  const answer = await connection.fetchData(saveLabelPath(sample.id as SampleId), {
    method: 'PUT',
    body,
    signal,
  })
  const { kind } = saveResultSchema.parse(JSON.parse(await answer.text()))
  if (kind === 'sibling') {
    throw new AppError('CONFLICT', 'Somebody labeled the image meanwhile.', {
      remedy: 'The label of the file is kept beside that one: choose between them.',
    })
  }
  await takeSplit(connection, sample, label, signal)
  return isTaken ? 'replaced' : 'new'
}

/** Categories that a label needs. */
function categoriesOf({ objects, shapes }: ReadLabel): ReadCategory[] {
  const used = new Set((shapes?.label.shapes ?? []).map(({ categoryId }) => categoryId))
  return [
    ...objects.map(({ category }) => category),
    ...[...used].flatMap((id) => shapes?.categories.get(id) ?? []),
  ]
}

/** Shapes of the categories of this library; one of a category that the files do not list keeps its number. */
async function ownShapes({ shapes }: ReadLabel, categories: CategoryBook): Promise<LabelShapes | null> {
  if (!shapes) return null
  const ids = new Map<number, number>()
  for (const { categoryId } of shapes.label.shapes) {
    const category = shapes.categories.get(categoryId)
    if (category && !ids.has(categoryId)) ids.set(categoryId, await categories.idOf(category))
  }
  const own = shapes.label.shapes.map((shape) => ({
    ...shape,
    categoryId: ids.get(shape.categoryId) ?? shape.categoryId,
  }))
  return { ...shapes.label, shapes: own }
}

async function shapesThere(
  connection: HostConnection,
  { revision, shapes }: LabelState,
  signal: AbortSignal,
): Promise<string | null> {
  if (revision === null || shapes === undefined) return null
  const answer = await connection.fetchData(labelShapesPath(revision as RevisionId), { signal })
  return answer.text()
}

async function saveShapes(
  connection: HostConnection,
  { sampleId, revision }: LabelState,
  shapes: LabelShapes,
  status: LabelStatus,
  signal: AbortSignal,
): Promise<void> {
  const { author } = (await connection.call('settings.get', {}, signal)).settings
  const header: ShapesHeader = { status, tool: 'import', author, base: revision }
  const body = new Blob([frame(header, shapesFileBytes(shapes))])
  await connection.fetchData(saveShapesPath(sampleId as SampleId), { method: 'PUT', body, signal })
}

const shapesFileBytes = (shapes: LabelShapes) => new TextEncoder().encode(shapesFileText(shapes))

/** Whether a label has shapes, which the list of images does not tell. */
async function isShaped(
  connection: HostConnection,
  { headRevision }: Sample,
  signal: AbortSignal,
): Promise<boolean> {
  if (headRevision === null) return false
  const answer = await connection.fetchData(labelShapesPath(headRevision as RevisionId), { signal })
  return answer.size > 0
}

/** Whether somebody has decided something about it, if only that there is nothing. */
const isLabeled = ({ objectCount, status }: Pick<Sample, 'objectCount' | 'status'>) =>
  objectCount > 0 || ['labeled', 'reviewed', 'rejected', 'skipped'].includes(status)

/** Whether the image has these very objects, with these ids, already. */
async function isSame(
  connection: HostConnection,
  { revision, objects }: LabelState,
  label: { readonly map: LabelMap; readonly objects: readonly LabelObject[] },
  signal: AbortSignal,
): Promise<boolean> {
  if (revision === null || objects.length !== label.objects.length) return false
  const spelled = (list: readonly LabelObject[]) =>
    canonicalJson(
      list
        .map(({ id, categoryId, attributes }) => ({ id, categoryId, attributes }))
        .sort((a, b) => a.id - b.id),
    )
  if (spelled(objects) !== spelled(label.objects)) return false
  const answer = await connection.fetchData(labelPixelsPath(revision as RevisionId), { signal })
  const [bytes, own] = [new Uint8Array(await answer.arrayBuffer()), encodeIds(label.map.ids)]
  return bytes.length === own.length && bytes.every((byte, i) => byte === own[i])
}

/** Ids from `first` on, where the image had other objects: an id never comes to mean another object. */
function freshIds(
  label: { readonly map: LabelMap; readonly objects: readonly LabelObject[] },
  first: number,
): { map: LabelMap; objects: LabelObject[] } {
  const { map, objects } = label
  if (first <= 1) return { map, objects: [...objects] }
  if (first + objects.length - 1 > MAX_OBJECT_ID) {
    throw new AppError('IN_TOO_BIG', 'The image has used up its object ids.', { remedy: 'Import it anew.' })
  }
  const becomes = new Map(objects.map(({ id }, i) => [id, first + i]))
  return {
    map: { ...map, ids: map.ids.map((id) => becomes.get(id) ?? 0) },
    objects: objects.map((object) => ({ ...object, id: becomes.get(object.id)! })),
  }
}

/** A split that the image does not have yet. */
async function takeSplit(
  connection: HostConnection,
  sample: Sample,
  { split }: ReadLabel,
  signal: AbortSignal,
) {
  if (split === null) return
  const card = await connection.call('cards.get', { sampleId: sample.id }, signal)
  if (card.split !== null) return
  await connection.call('cards.change', { sampleId: sample.id, change: { kind: 'split', split } }, signal)
}
