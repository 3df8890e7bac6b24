import { createStore, type StoreApi } from 'zustand/vanilla'
import { AppError, type ErrorInfo, toAppError } from '../../../shared/base/app-error.ts'
import { inSlices } from '../../../shared/base/in-slices.ts'
import { emptySide, type LabelSide as MergeSide } from '../../../shared/history/label-side.ts'
import { runsOfIds } from '../../../shared/history/map-runs.ts'
import { type Choice, type ResolvedLabel, resolveLabel } from '../../../shared/history/resolve-label.ts'
import type { HostConnection, HostOutput } from '../../../shared/host/host-api.ts'
import { diffLabels } from '../../../shared/label/diff.ts'
import type { Rect } from '../../../shared/label/label-map.ts'
import { type KindPyramid, kindPyramid } from '../../canvas/layers/kind-pyramid.ts'
import { flushSaves } from '../../stores/autosave.ts'
import { readLabel, type SideLabel } from './compare-labels.ts'

export type OpenConflict = HostOutput<'conflicts.list'>[number]
type Facts = HostOutput<'conflicts.get'>
export const conflictModes = ['panes', 'result', 'base', 'mine', 'theirs', 'difference', 'swipe'] as const
export type ConflictMode = (typeof conflictModes)[number]

/** Both labels of one sample with what they come from. */
export type ConflictSides = {
  readonly facts: Facts
  /** What both come from; an empty label when they come from nothing. */
  readonly base: SideLabel
  readonly mine: SideLabel
  readonly theirs: SideLabel
  readonly pyramid: KindPyramid
  readonly merging: readonly [base: MergeSide, mine: MergeSide, theirs: MergeSide]
}

export type ConflictState = {
  /** Null until read once. */
  readonly list: readonly OpenConflict[] | null
  readonly error: ErrorInfo | null
  readonly sampleId: string | null
  readonly sides: ConflictSides | null
  /** What becomes of both with the answers so far. */
  readonly result: ResolvedLabel | null
  readonly answers: ReadonlyMap<number, Choice>
  /** Position among the questions. */
  readonly active: number
  readonly mode: ConflictMode
  readonly swipe: number
  readonly busy: boolean
}

/** Labels that were changed on two sides, answered one after the other. */
export type ConflictStore = StoreApi<ConflictState> & {
  refresh(): Promise<void>
  /** Failures are in the state. */
  open(sampleId: string): Promise<void>
  /** The answer to a question; the same once more takes it away. */
  answer(key: number, choice: Choice): void
  answerAll(choice: 'mine' | 'theirs'): void
  /**
   * Saves the answers, or one label as a whole. Answers what takes that back, which is false when the label was changed since. Rejects with AppError.
   */
  save(whole?: 'mine' | 'theirs'): Promise<() => Promise<boolean>>
  close(): void
}

/** Among the answers, the one about the shapes beside the masks. */
export const shapesKey = -1

/** What has to be answered, in order: by the keys of the groups, and the shapes where both sides changed them. */
export function questionsOf({ result, sides }: Pick<ConflictState, 'result' | 'sides'>): readonly number[] {
  const groups = (result?.groups ?? []).map(({ key }) => key)
  return sides?.facts.shapes === 'both' ? [...groups, shapesKey] : groups
}

/** Answers that were given and not saved, by the two labels that they are about: leaving the screen does not lose them. */
const unsaved = new Map<string, ReadonlyMap<number, Choice>>()
const keyOf = ({ mine, theirs }: Facts) => `${mine.revision} ${theirs.revision}`

export function createConflictStore(
  host: HostConnection,
  flush: () => Promise<void> = flushSaves,
): ConflictStore {
  const store = createStore<ConflictState>(() => ({
    list: null,
    error: null,
    sampleId: null,
    sides: null,
    result: null,
    answers: new Map(),
    active: 0,
    mode: 'panes',
    swipe: 0.5,
    busy: false,
  }))
  let reading = new AbortController()

  async function refresh(): Promise<void> {
    try {
      store.setState({ list: await host.call('conflicts.list', {}) })
    } catch (error) {
      store.setState({ error: toAppError(error).toInfo() })
    }
  }

  async function open(sampleId: string): Promise<void> {
    reading.abort()
    reading = new AbortController()
    const { signal } = reading
    store.setState({ sampleId, sides: null, result: null, answers: new Map(), active: 0, error: null })
    try {
      // What is drawn in this window and not saved yet is part of mine.
      await flush()
      const [facts, sample] = await Promise.all([
        host.call('conflicts.get', { sampleId }, signal),
        host.call('samples.get', { id: sampleId }, signal),
      ])
      const read = (revision: string | null) => readLabel(host, sampleId, revision, sample, signal)
      const [base, mine, theirs] = await Promise.all([
        read(facts.base?.revision ?? null),
        read(facts.mine.revision),
        read(facts.theirs.revision),
      ])
      const tools = {
        now: () => performance.now(),
        pause: () => new Promise<void>((resolve) => setTimeout(resolve)),
        signal,
      }
      const diff = await inSlices(diffLabels(mine, theirs), tools)
      const pyramid = await inSlices(kindPyramid(diff, sample.width, sample.height), tools)
      const sides: ConflictSides = {
        facts,
        base,
        mine,
        theirs,
        pyramid,
        merging: [
          facts.base ? mergeSide(base, facts.base) : emptySide(sample.width * sample.height),
          mergeSide(mine, facts.mine),
          mergeSide(theirs, facts.theirs),
        ],
      }
      show(sides, unsaved.get(keyOf(facts)) ?? new Map())
    } catch (error) {
      if (!signal.aborted) store.setState({ error: toAppError(error).toInfo() })
    }
  }

  function show(sides: ConflictSides, answers: ReadonlyMap<number, Choice>): void {
    const { later, oneRegion, isOneCounter } = sides.facts
    const options = { later, oneRegion: new Set(oneRegion), isOneCounter, answers }
    store.setState({ sides, answers, result: resolveLabel(...sides.merging, options) })
  }

  function setAnswers(answers: ReadonlyMap<number, Choice>): void {
    const { sides } = store.getState()
    if (!sides) return
    unsaved.set(keyOf(sides.facts), answers)
    show(sides, answers)
  }

  host.on((event) => {
    if (event.type !== 'label.saved') return
    const { sampleId, sides, busy } = store.getState()
    void refresh()
    // Somebody drew on or answered it: what is asked is another question now.
    const isKnown =
      sides && [sides.facts.mine, sides.facts.theirs].some(({ revision }) => revision === event.revision)
    if (!busy && event.sampleId === sampleId && !isKnown) void open(event.sampleId)
  })

  return {
    ...store,
    refresh,
    open,
    answer(key, choice) {
      const answers = new Map(store.getState().answers)
      if (answers.get(key) === choice) answers.delete(key)
      else answers.set(key, choice)
      setAnswers(answers)
    },
    answerAll(choice) {
      setAnswers(new Map(questionsOf(store.getState()).map((key) => [key, choice])))
    },
    async save(whole) {
      const { sides, answers, result } = store.getState()
      if (!sides || !result) throw nothingOpen()
      const { sampleId, mine, theirs } = sides.facts
      const all = result.groups.map(({ key }) => answers.get(key))
      store.setState({ busy: true })
      try {
        const { revision } = await host.call('conflicts.resolve', {
          sampleId,
          mine: mine.revision,
          theirs: theirs.revision,
          whole: whole ?? null,
          shapes: answers.get(shapesKey) ?? null,
          answers: result.groups.flatMap(({ key }, i) => (all[i] ? [[key, all[i]] as [number, Choice]] : [])),
        })
        unsaved.delete(keyOf(sides.facts))
        await refresh()
        return async () => {
          const { reopened } = await host.call('conflicts.reopen', { sampleId, revision })
          await refresh()
          return reopened
        }
      } finally {
        store.setState({ busy: false })
      }
    },
    close: () => reading.abort(),
  }
}

function mergeSide(
  { map, objects }: SideLabel,
  { nextObjectId, status }: Pick<Facts['mine'], 'nextObjectId' | 'status'>,
): MergeSide {
  return { runs: runsOfIds(map.ids), objects: [...objects.values()], nextObjectId, status }
}

/** The pixels of a label as one number each. */
export function idsOf({ runs }: Pick<ResolvedLabel, 'runs'>, pixelCount: number): Uint32Array {
  const ids = new Uint32Array(pixelCount)
  for (let i = 0, start = 0; i < runs.ends.length; start = runs.ends[i]!, i++)
    ids.fill(runs.ids[i]!, start, runs.ends[i]!)
  return ids
}

/** Around the pixels that any of these objects has on either side. */
export function whereIs(
  { merging }: ConflictSides,
  objects: readonly number[],
  renumbered: ReadonlyMap<number, number>,
  width: number,
): Rect | null {
  const wanted = new Set(objects)
  let found = null as Rect | null
  for (const [i, { runs }] of merging.entries()) {
    if (i === 0) continue
    for (let j = 0, start = 0; j < runs.ends.length; start = runs.ends[j]!, j++) {
      const id = runs.ids[j]!
      if (id === 0 || !wanted.has(i === 2 ? (renumbered.get(id) ?? id) : id)) continue
      const last = runs.ends[j]! - 1
      const [y0, y1] = [Math.floor(start / width), Math.floor(last / width)]
      const isOneRow = y0 === y1
      const [x0, x1] = isOneRow ? [start - y0 * width, last - y0 * width + 1] : [0, width]
      found = {
        x0: Math.min(found?.x0 ?? x0, x0),
        y0: Math.min(found?.y0 ?? y0, y0),
        x1: Math.max(found?.x1 ?? x1, x1),
        y1: Math.max(found?.y1 ?? y1 + 1, y1 + 1),
      }
    }
  }
  return found
}

function nothingOpen(): AppError {
  return new AppError('BAD_REQUEST', 'No conflict is open.', { remedy: 'Choose an image of the list.' })
}
