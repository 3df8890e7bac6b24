import { LabelSession } from '../../renderer/stores/label-session.ts'
import { documentOf } from '../../renderer/stores/step-opening.ts'
import { type JournalHeader, unframe } from '../../shared/host/data-plane.ts'
import type { HostConnection, LabelState, Sample } from '../../shared/host/host-api.ts'
import { decodePatch } from '../../shared/label/id-runs.ts'
import { emptyLabelMap } from '../../shared/label/label-map.ts'
import { applyPatch } from '../../shared/label/patch.ts'
import { memorySteps } from './memory-steps.ts'

/** An empty label that is open, and what a host has of it: the records and the pixels they make. */
export function openLabel(width: number, height: number) {
  const records: JournalHeader[] = []
  const journaled = emptyLabelMap(width, height)
  const host = {
    on: () => () => {},
    async fetchData(path: string, { body }: { body: Blob }) {
      const { header, body: patch } = unframe(new Uint8Array(await body.arrayBuffer()))
      if (!path.endsWith('/journal')) {
        const revision = String(records.length).padStart(64, '0')
        return new Blob([JSON.stringify({ kind: 'saved', revision, head: revision, savedAt: 1 })])
      }
      records.push(header as JournalHeader)
      if (patch.length > 0) {
        const { runs, after } = decodePatch(patch, width * height)
        applyPatch(journaled, { runs, after, before: after })
      }
      return new Blob(['{}'])
    },
  } as unknown as HostConnection
  const state: LabelState = {
    sampleId: '00000000-0000-4000-8000-00000000000a',
    revision: null,
    width,
    height,
    status: 'unlabeled',
    objects: [],
    nextObjectId: 1,
    restoredEdits: 0,
    siblings: [],
  }
  const sample = { id: state.sampleId, name: 'a.png', width, height } as Partial<Sample> as Sample
  const map = emptyLabelMap(width, height)
  const doc = documentOf(state, map)
  const session = new LabelSession(host, sample, { state, doc, history: memorySteps().open(doc) })
  return { session, map, records, journaled }
}
