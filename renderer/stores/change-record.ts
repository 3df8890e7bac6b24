import type { Runs } from '../../shared/image/runs.ts'
import type { LabelDocument, LabelEdit } from '../../shared/label/edit.ts'
import { encodePatch } from '../../shared/label/id-runs.ts'
import { patchOver } from '../../shared/label/patch.ts'
import { unionRuns } from '../../shared/label/region.ts'
import type { JournalRecord } from './autosaver.ts'

/**
 * What the journal is told of a change: how everything that one of `touched` may have changed is in `doc` with `over` on
 * top of it (one of `touched`, not applied). It holds whatever of `touched` the journal has already, so a stroke under way
 * that the journal knows is replaced, continued or taken back alike. `patch` as `encodePatch` writes it.
 */
export function changeRecord(
  doc: LabelDocument,
  touched: readonly LabelEdit[],
  over: LabelEdit | null,
): Pick<JournalRecord, 'set' | 'removed' | 'nextObjectId' | 'status'> & { readonly patch: Uint8Array } {
  const runs = touched.reduce<Runs>(
    (all, { pixels }) => (pixels ? unionRuns(all, pixels.runs, doc.map.width) : all),
    new Uint32Array(0),
  )
  const patch =
    runs.length > 0 ? encodePatch(patchOver(doc.map, runs, over?.pixels ?? null)) : new Uint8Array(0)
  const changed = new Map(over?.objects.map(({ id, after }) => [id, after]))
  const ids = new Set(touched.flatMap(({ objects }) => objects.map(({ id }) => id)))
  const after = [...ids].map((id) => ({
    id,
    object: changed.get(id) ?? (changed.has(id) ? null : doc.objects.get(id)),
  }))
  return {
    set: after.flatMap(({ object }) => (object ? [object] : [])),
    removed: after.flatMap(({ id, object }) => (object ? [] : [id])),
    nextObjectId: Math.max(doc.nextObjectId, ...[...changed.keys()].map((id) => id + 1)),
    status: over?.status?.after ?? doc.status,
    patch,
  }
}
