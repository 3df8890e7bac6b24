import { AppError } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { frame, type SaveHeader, saveLabelPath } from '../../shared/host/data-plane.ts'
import { type HostConnection, saveResultSchema } from '../../shared/host/host-api.ts'
import { applyEdit, type LabelDocument } from '../../shared/label/edit.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import { recategorizeObjects } from '../../shared/label/many-objects.ts'
import { indexObjects } from '../../shared/label/object-index.ts'
import type { Category } from '../../shared/label/ontology.ts'
import { readLabelMap } from './label-session.ts'

export type Recategorized = {
  readonly changed: number
  /** Objects that are not there any more, or that are locked and would have had to give pixels away. */
  readonly left: number
  /** Goes back to the state before; answers false when the label was changed since. Null when nothing was changed. */
  readonly undo: (() => Promise<boolean>) | null
}

/**
 * Gives objects of one sample another category, as one saved state. For labels that no window has open: what is unsaved
 * must be saved before. Rejects with AppError.
 */
export async function recategorize(
  host: HostConnection,
  sampleId: string,
  ids: readonly number[],
  category: Category,
): Promise<Recategorized> {
  const state = await host.call('label.open', { sampleId })
  const former = state.revision
  if (former === null) return { changed: 0, left: ids.length, undo: null }
  const doc: LabelDocument = {
    map: await readLabelMap(host, state, new AbortController().signal),
    objects: new Map(state.objects.map((object) => [object.id, object])),
    status: state.status,
    nextObjectId: state.nextObjectId,
  }
  const there = ids.filter((id) => doc.objects.has(id))
  const edit = recategorizeObjects(doc, indexObjects(doc.map), there, category)
  if (edit) applyEdit(doc, edit)
  const changed = edit?.objects.length ?? 0
  const left = ids.length - changed
  if (changed === 0) return { changed, left, undo: null }
  const header: SaveHeader = {
    base: former,
    status: doc.status,
    objects: [...doc.objects.values()].sort((a, b) => a.id - b.id),
    nextObjectId: doc.nextObjectId,
    tool: 'canvas',
    journal: null,
  }
  const body = new Blob([frame(header, encodeIds(doc.map.ids))])
  const answer = await host.fetchData(saveLabelPath(sampleId as SampleId), { method: 'PUT', body })
  const { kind, revision } = saveResultSchema.parse(JSON.parse(await answer.text()))
  if (kind === 'sibling') {
    throw new AppError('CONFLICT', 'Somebody saved another label of this image in the same moment.', {
      remedy: 'Open the image and choose which of the two to go on with.',
    })
  }
  return {
    changed,
    left,
    async undo() {
      const { headRevision } = await host.call('samples.get', { id: sampleId })
      if (headRevision !== revision) return false
      await host.call('label.choose', { sampleId, revision: former })
      return true
    },
  }
}
