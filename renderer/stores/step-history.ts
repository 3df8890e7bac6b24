import { AppError } from '../../shared/base/app-error.ts'
import {
  changedPixels,
  decodeStep,
  encodeStep,
  MAX_STEP_BYTES,
  type StepEntry,
  type StepList,
} from '../../shared/host/label-steps.ts'
import { invertEdit, type LabelDocument, type LabelEdit } from '../../shared/label/edit.ts'
import { markAfter, markOf, markText, type StateMark } from '../../shared/label/state-mark.ts'
import { stepPath } from './step-path.ts'
import { type StepPorts, StepSender } from './step-sender.ts'

/** Bodies that the host has are kept here up to this, so that taking back the last steps needs nobody. */
const NEAR_BYTES = 32 * 1024 * 1024
/** Bodies that the host could not take are kept up to this, and never fewer than `LEAST_STEPS`. */
const UNKEPT_BYTES = 64 * 1024 * 1024
const LEAST_STEPS = 100
/** What is read from the host at once, and how few steps may be at hand before more are. */
const PAGE_STEPS = 64
const PAGE_BYTES = 4 * 1024 * 1024
const NEAR_STEPS = 16

export type Direction = 1 | -1

/** A step on its way to be taken back (-1) or made again (1). */
export type Move = { readonly direction: Direction; readonly entry: StepEntry; readonly edit: LabelEdit }

/**
 * The undo and redo of one sample, without a limit of steps: the host has them all, this has their names and the bodies
 * of those near by. A step is only ever made on the very label that it was made for.
 */
export class StepHistory {
  readonly #ports: StepPorts
  readonly #sender: StepSender
  readonly #name: string
  readonly #bodies = new Map<string, Uint8Array>()
  /** The steps whose bodies the host does not have yet, oldest first. */
  readonly #unkept = new Set<string>()
  #rows: StepEntry[]
  #position: number
  #start: number
  #mark: StateMark
  #made = 0
  #bytes = 0
  #unkeptBytes = 0
  #reading: Promise<void> | null = null
  /** The label was changed by something that is not among the steps. */
  #isForeign: boolean
  /** The steps of earlier openings could not be read. */
  readonly isUnread: boolean

  /** `name`: 8 hex digits that no other opening of the sample has. `list` null: what there was cannot be read. */
  constructor(ports: StepPorts, options: { name: string; list: StepList | null; doc: LabelDocument }) {
    const { name, list, doc } = options
    this.#ports = ports
    this.#name = name
    this.#mark = markOf(doc)
    this.#sender = new StepSender(ports, (keys) => this.#keep(keys))
    const path = stepPath(
      list ?? { steps: [], place: null, isDamaged: false },
      markText(this.#mark),
      doc.status,
    )
    this.#rows = [...path.rows]
    this.#position = path.position
    this.#start = path.start
    this.#isForeign = path.rows.length > 0 && path.status === null
    this.isUnread = list === null
    if (path.status !== null && path.status !== doc.status) {
      const status = { before: path.status, after: doc.status }
      const before = { ...doc, status: path.status }
      this.record({ title: `Marked ${doc.status} elsewhere`, pixels: null, objects: [], status }, before)
    }
    this.#readAhead()
  }

  /** Every step that is known, oldest first. Those from `position` on are taken back. */
  get rows(): readonly StepEntry[] {
    return this.#rows
  }

  get position(): number {
    return this.#position
  }

  /** Steps before this one cannot be taken back. */
  get start(): number {
    return this.#start
  }

  /** What the label is now was not made by the last of the steps. */
  get isForeign(): boolean {
    return this.#isForeign
  }

  /** Title of the step that undo would take back; null when there is none. */
  get undoTitle(): string | null {
    return this.#position > this.#start ? this.#rows[this.#position - 1]!.title : null
  }

  get redoTitle(): string | null {
    return this.#rows[this.#position]?.title ?? null
  }

  /** Bytes of the bodies that are held here. */
  get heldBytes(): number {
    return this.#bytes
  }

  /** A new edit, not yet made on `doc`: what was undone before can no longer be redone. */
  record(edit: LabelEdit, doc: Pick<LabelDocument, 'status'>): void {
    const after = markAfter(this.#mark, edit)
    const body = encodeStep(edit)
    const entry: StepEntry = {
      key: `${this.#name}-${(this.#made++).toString(36)}`,
      prev: this.#position > this.#start ? this.#rows[this.#position - 1]!.key : null,
      from: markText(this.#mark),
      to: markText(after),
      was: doc.status,
      status: edit.status?.after ?? doc.status,
      at: Date.now(),
      title: edit.title.slice(0, 500),
      pixels: changedPixels(edit),
      bytes: body.length,
    }
    this.#mark = after
    const dropped = this.#rows.splice(this.#position)
    for (const { key } of dropped) this.#letGo(key)
    this.#rows.push(entry)
    this.#position++
    this.#isForeign = false
    this.#hold(entry.key, body)
    this.#unkept.add(entry.key)
    this.#unkeptBytes += body.length
    if (body.length <= MAX_STEP_BYTES) this.#sender.add(entry, body)
    this.#forgetUnkept()
    this.#forgetFar()
  }

  /**
   * The next step in that direction from `steps` of them on, as it would be made; null when there is none. Its body must be
   * here: see `prepare`. Throws AppError `CONFLICT` when it is damaged or does not fit `mark`.
   */
  peek(direction: Direction, pixelCount: number, from: { position: number; mark: StateMark }): Move | null {
    const { position, mark } = from
    if (direction < 0 ? position <= this.#start : position >= this.#rows.length) return null
    const entry = this.#rows[direction < 0 ? position - 1 : position]!
    const body = this.#bodies.get(entry.key)
    if (!body) throw lost(entry.title)
    const { title } = entry
    let made: LabelEdit
    try {
      made = { title, ...decodeStep(body, pixelCount) }
    } catch (cause) {
      throw lost(title, cause)
    }
    const edit = direction < 0 ? invertEdit(made) : made
    const [there, then] = direction < 0 ? [entry.to, entry.from] : [entry.from, entry.to]
    if (markText(mark) !== there || markText(markAfter(mark, edit)) !== then) throw changed(title)
    return { direction, entry, edit }
  }

  /** What a person is told of a step that its label does not fit. */
  unlike({ entry }: Move): AppError {
    return changed(entry.title)
  }

  get mark(): StateMark {
    return this.#mark
  }

  /** Steps were made or taken back: `edit` is what they did together. */
  moved(position: number, edit: Pick<LabelEdit, 'pixels' | 'objects'>): void {
    this.#position = position
    this.#mark = markAfter(this.#mark, edit)
    this.#sender.moveTo(position > this.#start ? this.#rows[position - 1]!.key : null)
    this.#readAhead()
  }

  /** A step in that direction cannot be made: neither it nor what lies behind it is in reach any more. */
  cut(direction: Direction): void {
    if (direction < 0) this.#start = this.#position
    else for (const { key } of this.#rows.splice(this.#position)) this.#letGo(key)
  }

  /** The bodies of the next `count` steps in that direction are here. */
  isAtHand(direction: Direction, count = 1): boolean {
    return this.#missing(direction, count).length === 0
  }

  /** Reads the bodies of the next `count` steps in that direction, as far as that is no more than a part of the room. */
  async prepare(direction: Direction, count = 1): Promise<void> {
    const wanted: StepEntry[] = []
    let bytes = 0
    for (const entry of this.#next(direction, Math.max(count, NEAR_STEPS))) {
      bytes += entry.bytes
      if (wanted.length > 0 && bytes > NEAR_BYTES / 2) break
      wanted.push(entry)
    }
    for (;;) {
      this.#touch(wanted)
      const missing = wanted.filter(({ key }) => !this.#bodies.has(key))
      if (missing.length === 0) return
      await this.#read(missing)
      // What the host does not have will not come.
      if (!this.#bodies.has(missing[0]!.key)) return
    }
  }

  /** How many of the next `count` steps can be made before more have to be read. */
  ready(direction: Direction, count: number): number {
    const next = this.#next(direction, count)
    const missing = next.findIndex(({ key }) => !this.#bodies.has(key))
    return missing < 0 ? next.length : missing
  }

  /** Everything is with the host. */
  get isKept(): boolean {
    return this.#sender.isDone
  }

  flush(): Promise<void> {
    return this.#sender.flush()
  }

  /** The label is opened again, as `doc`. False when it is not what these steps led to. */
  comeBack(doc: LabelDocument): boolean {
    if (markText(markOf(doc)) !== markText(this.#mark)) return false
    this.#sender.comeBack()
    return true
  }

  leave(): Promise<void> {
    this.#sender.leave()
    return this.flush()
  }

  #next(direction: Direction, count: number): readonly StepEntry[] {
    if (direction > 0) return this.#rows.slice(this.#position, this.#position + count)
    return this.#rows.slice(Math.max(this.#start, this.#position - count), this.#position).reverse()
  }

  #missing(direction: Direction, count: number): StepEntry[] {
    return this.#next(direction, count).filter(({ key }) => !this.#bodies.has(key))
  }

  /** Undo should not have to wait: the steps around are read before they are wanted. */
  #readAhead(): void {
    for (const direction of [-1, 1] as const) {
      if (this.#missing(direction, NEAR_STEPS).length < NEAR_STEPS / 2) continue
      // What cannot be read now is asked for again when it is wanted, and then says why.
      this.#read(this.#missing(direction, PAGE_STEPS)).catch(() => {})
    }
  }

  async #read(entries: readonly StepEntry[]): Promise<void> {
    await this.#reading?.catch(() => {})
    const wanted: string[] = []
    let bytes = 0
    for (const entry of entries) {
      if (this.#bodies.has(entry.key)) continue
      bytes += entry.bytes
      if (wanted.length > 0 && (bytes > PAGE_BYTES || wanted.length >= PAGE_STEPS)) break
      wanted.push(entry.key)
    }
    if (wanted.length === 0) return
    const reading = this.#ports.read(wanted).then((bodies) => {
      this.#forgetFar(bodies.reduce((sum, body) => sum + (body?.length ?? 0), 0))
      for (const [i, body] of bodies.entries()) if (body) this.#hold(wanted[i]!, body)
    })
    this.#reading = reading
    try {
      await reading
    } finally {
      if (this.#reading === reading) this.#reading = null
    }
  }

  /** These were held longest ago no more. */
  #touch(entries: readonly StepEntry[]): void {
    for (const { key } of entries) {
      const body = this.#bodies.get(key)
      if (!body) continue
      this.#bodies.delete(key)
      this.#bodies.set(key, body)
    }
  }

  #hold(key: string, body: Uint8Array): void {
    if (this.#bodies.has(key)) return
    this.#bodies.set(key, body)
    this.#bytes += body.length
  }

  #letGo(key: string): void {
    const body = this.#bodies.get(key)
    if (!body) return
    this.#bodies.delete(key)
    this.#bytes -= body.length
    if (this.#unkept.delete(key)) this.#unkeptBytes -= body.length
  }

  #keep(keys: readonly string[]): void {
    for (const key of keys) {
      if (this.#unkept.delete(key)) this.#unkeptBytes -= this.#bodies.get(key)?.length ?? 0
    }
    this.#forgetFar()
  }

  /** Of what the host has, what was held longest goes first. `coming`: room is wanted for as many bytes. */
  #forgetFar(coming = 0): void {
    const isOver = () => this.#bytes - this.#unkeptBytes + coming > NEAR_BYTES
    if (!isOver()) return
    for (const key of [...this.#bodies.keys()]) {
      if (!isOver()) return
      if (!this.#unkept.has(key)) this.#letGo(key)
    }
  }

  /** The host takes nothing and memory has an end: the oldest steps cannot be taken back any more. */
  #forgetUnkept(): void {
    const going = new Set<string>()
    for (const key of this.#unkept) {
      if (this.#unkeptBytes <= UNKEPT_BYTES || this.#unkept.size <= LEAST_STEPS) break
      going.add(key)
      this.#letGo(key)
    }
    if (going.size === 0) return
    this.#sender.drop(going)
    const last = this.#rows.findLastIndex(({ key }) => going.has(key))
    this.#start = Math.max(this.#start, last + 1)
  }
}

function lost(title: string, cause?: unknown): AppError {
  return new AppError(
    'CONFLICT',
    `What "${title}" did is no longer kept, so it cannot be taken back or made again.`,
    {
      remedy: 'The label stays as it is. Change it by hand, or look for an older version.',
      cause,
    },
  )
}

function changed(title: string): AppError {
  return new AppError('CONFLICT', `The label is no longer what "${title}" was made on.`, {
    remedy: 'Nothing was changed. Steps before this one cannot be taken back any more.',
  })
}
