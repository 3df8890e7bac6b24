import { createStore, type StoreApi } from 'zustand/vanilla'
import { AppError, type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import type { HostConnection } from '../../shared/host/host-api.ts'
import type { LabelMap } from '../../shared/label/label-map.ts'
import { indexObjects, type ObjectIndex } from '../../shared/label/object-index.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { watchSaver } from './autosave.ts'
import { LabelSession, readLabelMap, readShapes } from './label-session.ts'
import type { StepHistory } from './step-history.ts'
import { documentOf, openSteps } from './step-opening.ts'
import { readSteps, stepPorts } from './step-ports.ts'

/** The one sample on the canvas. */
export type DocumentState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'opening'; readonly sampleId: string }
  | { readonly kind: 'failed'; readonly sampleId: string; readonly error: ErrorInfo }
  | { readonly kind: 'open'; readonly sampleId: string; readonly session: LabelSession }

export type DocumentStore = StoreApi<DocumentState> & {
  /** Shows the label of a sample; what was open before goes on saving by itself. Never rejects: the state tells. */
  open(sampleId: string): Promise<void>
  /** The label of any sample as it is now, also what of it is not saved yet; not to be changed. Rejects with AppError. */
  peek(sampleId: string): Promise<PeekedLabel>
  /** Reads the label anew, for instance after another state was chosen. Call it only when all is saved. */
  reload(): Promise<void>
  /**
   * Goes on with one of the saved states of the label on the canvas; the others stay in its history. Returns what goes
   * back to the state before, and answers false when the label was changed since. Rejects with AppError.
   */
  choose(revision: string): Promise<() => Promise<boolean>>
  close(): void
  /** Begins to send the undo steps of the label on the canvas; what fails is tried again later. */
  sendSteps(): void
}

/** Samples whose steps stay in the window when the host cannot take them. */
const MOST_UNKEPT = 4

export type PeekedLabel = {
  readonly map: LabelMap
  readonly objects: ReadonlyMap<number, LabelObject>
  readonly index: ObjectIndex
}

type Live = { readonly session: LabelSession; release(): void }

/** `stepsRefused`: the host cannot keep steps of undo; labels are saved all the same. */
export function createDocumentStore(
  host: HostConnection,
  stepsRefused: (error: AppError) => void = () => {},
): DocumentStore {
  const store = createStore<DocumentState>(() => ({ kind: 'closed' }))
  /** Undo steps that the host could not take, of the last samples left with such. */
  const unkept = new Map<string, StepHistory>()
  /** Undo steps of samples seen before on their way to the host. */
  const leaving = new Map<string, Promise<void>>()
  /** Labels that left the canvas before they were saved. */
  const unsettled = new Map<string, Live>()
  let live: Live | null = null
  let opening: AbortController | null = null
  /** While the host makes a chosen state the head: the last revision of the label that it told of. */
  let choosing: { heard: string | null } | null = null

  function letGo(): void {
    opening?.abort()
    opening = null
    if (!live) return
    const left = live
    live = null
    const { session } = left
    // A stroke under way goes with its canvas.
    const gone = session.leave()
    leaving.set(session.sample.id, gone)
    void gone.finally(() => {
      if (!session.history.isKept) keepHere(session)
      if (leaving.get(session.sample.id) === gone) leaving.delete(session.sample.id)
    })
    unsettled.set(session.sample.id, left)
    const forget = () => {
      if (unsettled.get(session.sample.id) !== left) return
      unsettled.delete(session.sample.id)
      left.release()
    }
    session.saver.flush().then(forget, () => {
      // The label stays here, where opening the sample again finds it, until it is saved after all.
      const stop = session.saver.onChange(() => {
        if (unsettled.get(session.sample.id) !== left) stop()
        else if (session.saver.settled) {
          stop()
          forget()
        }
      })
    })
  }

  function keepHere({ sample, history }: LabelSession): void {
    unkept.delete(sample.id)
    unkept.set(sample.id, history)
    const [oldest] = unkept.keys()
    if (unkept.size > MOST_UNKEPT) unkept.delete(oldest!)
  }

  function show(session: LabelSession, release: () => void): void {
    live = { session, release }
    store.setState({ kind: 'open', sampleId: session.sample.id, session }, true)
  }

  async function read(sampleId: string, signal: AbortSignal): Promise<LabelSession> {
    const [sample, state] = await Promise.all([
      host.call('samples.get', { id: sampleId }, signal),
      host.call('label.open', { sampleId }, signal),
    ])
    if (sample.width !== state.width || sample.height !== state.height) {
      throw sizeMismatch(sample.name, 'label', state, sample)
    }
    const [map, shapes, list] = await Promise.all([
      readLabelMap(host, state, signal),
      readShapes(host, state, signal),
      // A label without the steps of before is still a label.
      readSteps(host, sampleId, signal).catch(() => null),
    ])
    const doc = documentOf(state, map)
    const known = unkept.get(sampleId)
    unkept.delete(sampleId)
    const ports = stepPorts(host, sampleId, stepsRefused)
    const readMap = (revision: string) => readLabelMap(host, { ...state, revision }, signal)
    const history = known?.comeBack(doc) ? known : await openSteps({ host, ports, state, doc, list, readMap })
    const session: LabelSession = new LabelSession(host, sample, { state, doc, history, shapes }, () => {
      if (live?.session === session) void open(sampleId)
    })
    return session
  }

  async function open(sampleId: string): Promise<void> {
    letGo()
    const controller = new AbortController()
    opening = controller
    store.setState({ kind: 'opening', sampleId }, true)
    try {
      await leaving.get(sampleId)
      if (controller.signal.aborted) return
      const left = unsettled.get(sampleId)
      if (left) {
        await left.session.saver.flush().catch(() => {})
        if (controller.signal.aborted) return
        if (!left.session.saver.settled) {
          unsettled.delete(sampleId)
          return show(left.session, left.release)
        }
      }
      const session = await read(sampleId, controller.signal)
      if (controller.signal.aborted) return
      show(session, watchSaver(session.saver))
    } catch (error) {
      if (controller.signal.aborted) return
      store.setState({ kind: 'failed', sampleId, error: toAppError(error).toInfo() }, true)
    }
  }

  host.on((event) => {
    if (event.type !== 'label.saved' || live?.session.sample.id !== event.sampleId) return
    const { saver } = live.session
    if (choosing) {
      choosing.heard = event.revision
      return
    }
    // Somebody else saved this label, or what is being saved here has arrived.
    if (!saver.settled) live.session.heard(event.revision)
    else if (!saver.knows(event.revision)) void open(event.sampleId)
  })

  async function reload(): Promise<void> {
    const state = store.getState()
    if (state.kind !== 'closed') await open(state.sampleId)
  }

  async function choose(revision: string): Promise<() => Promise<boolean>> {
    if (!live) throw new Error('no label is open')
    const { session } = live
    const sampleId = session.sample.id
    await session.saver.flush()
    const former = session.saver.base
    const choice = { heard: null as string | null }
    choosing = choice
    let made: string
    try {
      made = (await host.call('label.choose', { sampleId, revision })).revision
    } finally {
      choosing = null
    }
    session.chosen(made)
    const isShown = () => live?.session.sample.id === sampleId
    // What is on the canvas stays there when it is what was chosen, and nobody saved anything else meanwhile.
    const isOther = revision !== former || (choice.heard ?? made) !== made
    if (isOther && isShown()) await reload()
    return async () => {
      if (former === null || (isShown() && !live!.session.saver.settled)) return false
      const { headRevision } = await host.call('samples.get', { id: sampleId })
      if (headRevision !== made) return false
      await host.call('label.choose', { sampleId, revision: former })
      if (isShown()) await reload()
      return true
    }
  }

  async function peek(sampleId: string): Promise<PeekedLabel> {
    const session = live?.session.sample.id === sampleId ? live.session : unsettled.get(sampleId)?.session
    if (session) return { map: session.doc.map, objects: session.doc.objects, index: session.index }
    const { signal } = new AbortController()
    const state = await host.call('label.open', { sampleId, peek: true }, signal)
    const map = await readLabelMap(host, state, signal)
    const objects = new Map(state.objects.map((object) => [object.id, object]))
    return { map, objects, index: indexObjects(map) }
  }

  return {
    ...store,
    open,
    peek,
    reload,
    choose,
    close() {
      letGo()
      store.setState({ kind: 'closed' }, true)
    },
    sendSteps() {
      void live?.session.history.flush()
    },
  }
}

type Sized = { readonly width: number; readonly height: number }

/** What is shown and what is labeled must be the same pixels. */
export function sizeMismatch(name: string, what: string, found: Sized, expected: Sized): AppError {
  return new AppError(
    'IN_SIZE_MISMATCH',
    `The ${what} of ${name} is ${found.width} × ${found.height} pixels, but the sample is ${expected.width} × ${expected.height}.`,
    { remedy: 'Run "tessera verify" on the library. Nothing was changed.' },
  )
}
