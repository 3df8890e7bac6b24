import { createStore, type StoreApi } from 'zustand/vanilla'
import { inSlices } from '../../../shared/base/in-slices.ts'
import { checkLabel } from '../../../shared/label/checks/check-label.ts'
import { dismissalOf, type Finding, isSameSubject } from '../../../shared/label/checks/finding.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import type { LabelSession } from '../../stores/label-session.ts'

export type CheckState =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'running'
      readonly session: LabelSession
      readonly forMark: boolean
      /** 0 … 1 */
      readonly fraction: number
      /** What stood there before; it stays until there is more. */
      readonly before: readonly Finding[]
    }
  | {
      readonly kind: 'done'
      readonly session: LabelSession
      readonly forMark: boolean
      /** Of the session, when it was looked at. */
      readonly revision: number
      readonly findings: readonly Finding[]
      readonly isTooRagged: boolean
      /** The finding that is shown on the canvas. */
      readonly active: Finding | null
    }

export type CheckStore = StoreApi<CheckState> & {
  /** Looks at the label as it is now. Resolves to what was found; to null when it was stopped or the label changed. */
  check(session: LabelSession, forMark: boolean): Promise<readonly Finding[] | null>
  activate(finding: Finding | null): void
  close(): void
}

export function createCheckStore(tools: {
  categories(): readonly Category[]
  smallest(): number
}): CheckStore {
  const store = createStore<CheckState>(() => ({ kind: 'closed' }))
  let underWay = new AbortController()

  return {
    ...store,
    async check(session, forMark) {
      underWay.abort()
      const stop = new AbortController()
      underWay = stop
      const { revision } = session.view.getState()
      const before = findingsOf(store.getState(), session)
      const active = activeOf(store.getState())
      const begun = { kind: 'running', session, forMark, fraction: 0, before } as const
      store.setState(begun, true)
      // The map must not change while it is read: an edit ends the reading, and whoever shows findings asks again.
      const unsubscribe = session.view.subscribe((view) => {
        if (view.revision !== revision) stop.abort()
      })
      try {
        const work = checkLabel(session.doc, tools.categories(), { smallest: tools.smallest() })
        const { findings, isTooRagged } = await inSlices(work, {
          now: () => performance.now(),
          pause: () => new Promise((resolve) => setTimeout(resolve)),
          signal: stop.signal,
          onStep: (fraction) => store.setState({ ...begun, fraction }, true),
        })
        const same = active && findings.find((each) => isSameSubject(dismissalOf(each), dismissalOf(active)))
        store.setState(
          { kind: 'done', session, forMark, revision, findings, isTooRagged, active: same ?? null },
          true,
        )
        return findings
      } catch (error) {
        if (!stop.signal.aborted) throw error
        // Stopped by an edit, it still stands there; stopped by another check or by closing, it does not.
        if (underWay === stop && store.getState().kind === 'running') {
          const done = { kind: 'done', session, forMark, revision: -1, isTooRagged: false } as const
          store.setState({ ...done, findings: before, active: null }, true)
        }
        return null
      } finally {
        unsubscribe()
      }
    },
    activate(active) {
      const state = store.getState()
      if (state.kind === 'done') store.setState({ ...state, active }, true)
    },
    close() {
      underWay.abort()
      store.setState({ kind: 'closed' }, true)
    },
  }
}

function findingsOf(state: CheckState, session: LabelSession): readonly Finding[] {
  if (state.kind === 'closed' || state.session !== session) return []
  return state.kind === 'done' ? state.findings : state.before
}

const activeOf = (state: CheckState) => (state.kind === 'done' ? state.active : null)
