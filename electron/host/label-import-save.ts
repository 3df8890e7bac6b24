import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { ReadLabel } from '../../shared/formats/exchange/format.ts'
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
import { encodeIds } from '../../shared/label/id-runs.ts'
import { type LabelMap, MAX_OBJECT_ID } from '../../shared/label/label-map.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import type { LabelShapes } from '../../shared/label/shape.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { CategoryBook } from './label-import-categories.ts'

/**
 * Saves a label of the files: whole or not at all. Rejects with AppError, `CONFLICT` where somebody labeled the image in this
 * moment.
 */
export async function saveImported(
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
  const file = shapes === null ? new Uint8Array() : shapesFileBytes(withIds(shapes, objects, fresh.objects))
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

/** What is said of objects goes by their ids, which may be others now; and a shape has none of them. */
function withIds(
  shapes: LabelShapes,
  before: readonly LabelObject[],
  now: readonly LabelObject[],
): LabelShapes {
  const became = new Map(before.map(({ id }, i) => [id, now[i]!.id]))
  const objects = new Map([...shapes.objects].map(([id, more]) => [became.get(id) ?? id, more]))
  const [known, own] = [before, now].map((list) => new Set(list.map(({ id }) => id))) as [
    Set<number>,
    Set<number>,
  ]
  const taken = new Set([...own, ...shapes.shapes.map(({ id }) => id)])
  let next = 1
  const list = shapes.shapes.map((shape) => {
    // One that had the id of an object from the beginning came so.
    const isNew = !known.has(shape.id) && own.has(shape.id)
    if (!isNew) return shape
    while (taken.has(next)) next++
    taken.add(next)
    return { ...shape, id: next }
  })
  return { ...shapes, objects, shapes: list }
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
export async function isShaped(
  connection: HostConnection,
  { headRevision }: Sample,
  signal: AbortSignal,
): Promise<boolean> {
  if (headRevision === null) return false
  const answer = await connection.fetchData(labelShapesPath(headRevision as RevisionId), { signal })
  return answer.size > 0
}

/** Whether somebody has decided something about it, if only that there is nothing. */
export const isLabeled = ({ objectCount, status }: Pick<Sample, 'objectCount' | 'status'>) =>
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
