import { AppError } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { frame, type SaveHeader, saveLabelPath } from '../../shared/host/data-plane.ts'
import {
  type HostConnection,
  type LabelState,
  type Sample,
  type SaveResult,
  saveResultSchema,
} from '../../shared/host/host-api.ts'
import { requireAllSaid } from '../../shared/label/all-said.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import type { LabelMap } from '../../shared/label/label-map.ts'
import { compareToList, requireListed } from '../../shared/label/masks.ts'
import { indexObjects } from '../../shared/label/object-index.ts'
import type { Category, LabelObject } from '../../shared/label/ontology.ts'
import { statusAfterPainting } from '../../shared/label/paint.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { Link } from './command.ts'
import { type NamedObject, resolveCategories } from './label-objects.ts'
import { sampleNamed } from './sample-named.ts'

/** A label that was made elsewhere. */
export type MadeLabel = {
  readonly map: LabelMap
  readonly named: readonly NamedObject[]
  /** Null: as it was, and an unlabeled sample becomes "in progress". */
  readonly status: LabelStatus | null
  /** What made it, as its revision says. */
  readonly tool: string
}

/** Ids of objects without a pixel. Throws AppError `IN_FORMAT` when the mask has an id that no object has. */
export function emptyObjects({ map, named }: Pick<MadeLabel, 'map' | 'named'>): number[] {
  const index = indexObjects(map)
  const ids = named.map(({ id }) => id)
  requireListed(index, ids)
  return compareToList(index, ids).empty
}

/**
 * Saves it; resolves when it would survive a power cut. Categories that do not exist yet are made. Rejects with AppError
 * `NOT_FOUND`, `IN_SIZE_MISMATCH`, and what the host says.
 */
export async function saveLabel(
  link: Pick<Link, 'connection' | 'host'>,
  sampleText: string,
  { map, named, status, tool }: MadeLabel,
  signal: AbortSignal,
): Promise<{ sample: Sample; result: SaveResult; created: Category[] }> {
  const { connection } = link
  const sample = await sampleNamed(link, sampleText, signal)
  requireSameSize(map, sample)
  const { objects, created } = await resolveCategories(connection, named, signal)
  const state = await connection.call('label.open', { sampleId: sample.id, peek: true }, signal)
  if (status === 'labeled') await requireSaid(connection, sample, objects, signal)
  const result = await save(connection, { map, objects, state, status, tool }, signal)
  return { sample, result, created }
}

async function save(
  connection: HostConnection,
  label: {
    map: LabelMap
    objects: LabelObject[]
    state: LabelState
    status: LabelStatus | null
    tool: string
  },
  signal: AbortSignal,
): Promise<SaveResult> {
  const { map, objects, state, tool } = label
  const header: SaveHeader = {
    base: state.revision,
    status: label.status ?? statusAfterPainting(state.status)?.after ?? state.status,
    objects,
    nextObjectId: Math.max(state.nextObjectId, objects.reduce((most, { id }) => Math.max(most, id), 0) + 1),
    tool,
    journal: null,
  }
  const body = new Blob([frame(header, encodeIds(map.ids))])
  const path = saveLabelPath(state.sampleId as SampleId)
  const answer = await connection.fetchData(path, { method: 'PUT', body, signal })
  return saveResultSchema.parse(JSON.parse(await answer.text()))
}

async function requireSaid(
  connection: HostConnection,
  { id, name }: Sample,
  objects: readonly LabelObject[],
  signal: AbortSignal,
): Promise<void> {
  const [categories, rules, card] = await Promise.all([
    connection.call('categories.list', {}, signal),
    connection.call('ontology.rules', {}, signal),
    connection.call('cards.get', { sampleId: id }, signal),
  ])
  requireAllSaid({ name, objects, values: card.attributes }, { ...rules, categories })
}

function requireSameSize(map: LabelMap, sample: Sample): void {
  if (map.width === sample.width && map.height === sample.height) return
  throw new AppError(
    'IN_SIZE_MISMATCH',
    `The mask is ${map.width} × ${map.height} pixels, but ${sample.name} is ${sample.width} × ${sample.height}.`,
    { remedy: 'Give a mask as large as the image is when shown upright.' },
  )
}
