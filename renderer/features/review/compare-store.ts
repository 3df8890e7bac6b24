import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import { inSlices } from '../../../shared/base/in-slices.ts'
import type { RevisionId } from '../../../shared/dataset/digest.ts'
import { labelPixelsPath } from '../../../shared/host/data-plane.ts'
import type { HostConnection, HostOutput } from '../../../shared/host/host-api.ts'
import { diffLabels, type LabelDiff, type LabelSide } from '../../../shared/label/diff.ts'
import { decodeIds } from '../../../shared/label/id-runs.ts'
import { lastVerdict } from '../../../shared/label/last-verdict.ts'
import { type KindPyramid, kindPyramid } from '../../canvas/layers/kind-pyramid.ts'
import type { LabelSession } from '../../stores/label-session.ts'

type Revision = HostOutput<'label.revisions'>[number]

export type Comparison = {
  readonly session: LabelSession
  readonly before: LabelSide
  readonly diff: LabelDiff
  readonly pyramid: KindPyramid
}

export type CompareState = {
  /** The state of the last verdict; null when nobody has judged this label before. */
  readonly base: Revision | null
  readonly made: Comparison | null
  readonly fraction: number | null
  readonly error: ErrorInfo | null
  /** `changes`: what is different, over the dimmed image; `before`: the label as it was. */
  readonly shows: 'off' | 'changes' | 'before'
  readonly blinks: boolean
  /** Index into the changed objects. */
  readonly active: number | null
}

export type CompareStore = StoreApi<CompareState> & {
  /** Looks for something to compare with. */
  look(sampleId: string): void
  /** Compares, if that was not done yet. Failures are in the state. */
  make(session: LabelSession): Promise<Comparison | null>
  show(shows: CompareState['shows']): void
  /** Between the label now and before, once a second; false stops it. */
  blink(on: boolean): void
  clear(): void
}

const empty: CompareState = {
  base: null,
  made: null,
  fraction: null,
  error: null,
  shows: 'off',
  blinks: false,
  active: null,
}
/** Half a second each way is one change to and fro a second: never more than three flashes (WCAG 2.3.1). */
const halfMs = 500

export function createCompareStore(host: HostConnection): CompareStore {
  const store = createStore<CompareState>(() => empty)
  let looking = new AbortController()
  let making: { session: LabelSession; done: Promise<Comparison | null> } | null = null
  let timer: ReturnType<typeof setInterval> | undefined

  async function compare(session: LabelSession, signal: AbortSignal): Promise<Comparison | null> {
    const { base } = store.getState()
    if (!base) return null
    const revision = base.revision as RevisionId
    const { map, objects } = session.doc
    store.setState({ fraction: 0, error: null })
    try {
      const [blob, old] = await Promise.all([
        host.fetchData(labelPixelsPath(revision), { signal }),
        host.call('label.objects', { sampleId: session.sample.id, revision }, signal),
      ])
      const ids = decodeIds(new Uint8Array(await blob.arrayBuffer()), map.width * map.height)
      const before = {
        map: { width: map.width, height: map.height, ids },
        objects: new Map(old.objects.map((object) => [object.id, object])),
      }
      const tools = {
        now: () => performance.now(),
        pause: () => new Promise<void>((resolve) => setTimeout(resolve)),
        signal,
        onStep: (fraction: number) => store.setState({ fraction }),
      }
      const diff = await inSlices(diffLabels(before, { map, objects }), tools)
      const pyramid = await inSlices(kindPyramid(diff, map.width, map.height), tools)
      const made = { session, before, diff, pyramid }
      store.setState({ made, fraction: null })
      return made
    } catch (error) {
      if (signal.aborted) return null
      store.setState({ fraction: null, error: toAppError(error).toInfo() })
      return null
    }
  }

  function clear() {
    looking.abort()
    looking = new AbortController()
    making = null
    clearInterval(timer)
    store.setState(empty, true)
  }

  return {
    ...store,
    look(sampleId) {
      clear()
      const { signal } = looking
      host.call('label.revisions', { sampleId }, signal).then(
        (revisions) => !signal.aborted && store.setState({ base: lastVerdict(revisions) }),
        // Without it there is nothing to compare with; the label itself says what is wrong with the library.
        () => {},
      )
    },
    make(session) {
      const { made } = store.getState()
      if (made?.session === session) return Promise.resolve(made)
      if (making?.session !== session) {
        const done = compare(session, looking.signal).finally(() => {
          making = null
        })
        making = { session, done }
      }
      return making.done
    },
    show(shows) {
      clearInterval(timer)
      store.setState({ shows, blinks: false })
    },
    blink(on) {
      clearInterval(timer)
      store.setState({ blinks: on, shows: on ? 'before' : 'off' })
      if (!on) return
      timer = setInterval(() => {
        store.setState(({ shows }) => ({ shows: shows === 'before' ? 'off' : 'before' }))
      }, halfMs)
    },
    clear,
  }
}
