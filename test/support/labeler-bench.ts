import type { CanvasController } from '../../renderer/canvas/canvas-controller.ts'
import { createCleanupStore } from '../../renderer/features/labeler/cleanup-store.ts'
import type { LabelerActions } from '../../renderer/features/labeler/labeler-actions.ts'
import { createClipboard } from '../../renderer/features/labeler/object-clipboard.ts'
import type { DocumentState, PeekedLabel } from '../../renderer/stores/document.ts'
import type { LabelSession } from '../../renderer/stores/label-session.ts'
import { createLabelingStore } from '../../renderer/stores/labeling.ts'
import type { Sample } from '../../shared/host/host-api.ts'
import type { LabelEdit } from '../../shared/label/edit.ts'
import { drawnCategories, drawnLabel } from './drawn-label.ts'
import { openLabel } from './label-bench.ts'

/** An open label with objects drawn in it, as the commands of the labeling screen see it. */
export function labelerBench(rows: readonly string[], locked = '', id = 'first') {
  const labeling = createLabelingStore({ getItem: () => null, setItem() {} })
  labeling.setState({ tool: 'select' })
  const sessionOf = (drawn: readonly string[], sampleId: string, lockedOnes = '') => {
    const { doc } = drawnLabel(drawn, lockedOnes)
    const { session } = openLabel(doc.map.width, doc.map.height)
    Object.assign(session.sample, { id: sampleId, name: `${sampleId}.jpg` })
    session.apply(fillOf(doc))
    session.doc.nextObjectId = doc.nextObjectId
    return session
  }
  let session: LabelSession | null = sessionOf(rows, id, locked)
  const documentListeners = new Set<(state: DocumentState) => void>()
  const reports: unknown[] = []
  const peeked = new Map<string, PeekedLabel>()
  const beside: { previous: Sample | null; next: Sample | null } = { previous: null, next: null }
  const steps: number[] = []
  const actions = {
    labeling,
    canvas: {
      current: {
        choose: (objectId: number | null) => labeling.setState({ objectId }),
        view: { reveal() {} },
      } as unknown as CanvasController,
    },
    session: () => session,
    categories: () => drawnCategories,
    step: (delta: number) => void steps.push(delta),
    canStep: () => true,
    peek: async (delta: number) => (delta > 0 ? beside.next : beside.previous),
    documents: {
      peek: async (sampleId: string) => peeked.get(sampleId),
      subscribe(listener: (state: DocumentState) => void) {
        documentListeners.add(listener)
        return () => documentListeners.delete(listener)
      },
    },
    /** Nothing is hidden. */
    viewing: { getState: () => ({ hidden: { objects: new Set(), categories: new Set(), solo: null } }) },
    clipboard: createClipboard(),
    cleanup: createCleanupStore(),
    report: (_: string, error: unknown) => void reports.push(error),
  } as unknown as LabelerActions
  return {
    actions,
    labeling,
    reports,
    peeked,
    beside,
    steps,
    get session() {
      return session!
    },
    get watchers() {
      return documentListeners.size
    },
    /** As the screen does it when another image comes. */
    open(drawn: readonly string[], sampleId: string) {
      session = null
      for (const listener of [...documentListeners]) listener({ kind: 'opening', sampleId })
      const opened = sessionOf(drawn, sampleId)
      session = opened
      for (const listener of [...documentListeners]) listener({ kind: 'open', sampleId, session: opened })
      return opened
    },
  }
}

function fillOf({ map, objects }: ReturnType<typeof drawnLabel>['doc']): LabelEdit {
  return {
    title: 'Draw',
    pixels: {
      runs: Uint32Array.from(Array.from({ length: map.height }, (_, y) => [y * map.width, map.width]).flat()),
      before: new Uint32Array(map.ids.length),
      after: map.ids,
    },
    objects: [...objects.values()].map((after) => ({ id: after.id, before: null, after })),
    status: null,
  }
}
