import { type AppError, type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import type { JournalHeader, SaveHeader } from '../../shared/host/data-plane.ts'
import type { SaveResult } from '../../shared/host/host-api.ts'

/** Milliseconds without an edit after which the label is saved, and the longest an edit waits for its save. */
export const IDLE_MS = 800
export const DEADLINE_MS = 5000
const RETRY_MS = [1000, 2000, 4000, 8000, 15_000, 30_000]

/** What the person is told. `saved` only after the host acknowledged a durable write of everything done so far. */
export type SaveState =
  | { readonly kind: 'saved'; readonly at: number | null }
  | { readonly kind: 'unsaved' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'failed'; readonly error: ErrorInfo; readonly edits: number }

export type JournalRecord = Omit<JournalHeader, 'session' | 'seq' | 'base' | 'width' | 'height'>
export type Snapshot = Pick<SaveHeader, 'status' | 'objects' | 'nextObjectId'> & {
  /** As `encodeIds` writes it. */
  readonly ids: Uint8Array<ArrayBuffer>
}

export type SaverPorts = {
  /** Both resolve only once what they carry is durable, and reject with AppError. */
  appendJournal(header: JournalHeader, patch: Uint8Array): Promise<void>
  save(header: SaveHeader, ids: Uint8Array<ArrayBuffer>): Promise<SaveResult>
  /** The label as it is now. */
  snapshot(): Snapshot
  now(): number
  /** Returns the function that calls the timer off. */
  after(ms: number, run: () => void): () => void
}

type Queued = { readonly header: JournalHeader; readonly patch: Uint8Array }
type Payload = { readonly seq: number; readonly header: SaveHeader; readonly ids: Uint8Array<ArrayBuffer> }
type Waiter = { readonly seq: number; resolve(): void; reject(error: AppError): void }

/**
 * Keeps one open label safe: every edit goes to the journal at once and in order, the whole label is saved soon after.
 * One request of each kind is under way at a time; the newest state wins; nothing counts as saved before the host says so.
 */
export class Autosaver {
  readonly #ports: SaverPorts
  readonly #session: string
  readonly #size: { readonly width: number; readonly height: number }
  readonly #listeners = new Set<() => void>()
  #base: string | null
  /** Every revision that this label was read from or saved as: news of one of them, however late, is no news. */
  readonly #bases = new Set<string>()
  /** Records made, records the journal holds, records a revision holds. */
  #seq = 0
  #journaled = 0
  #saved = 0
  /** The last record that is an edit: what comes after it is a stroke under way, which only the journal gets. */
  #edited = 0
  /** The edits that no revision holds. */
  #unsaved: number[] = []
  #savedAt: number | null = null
  #queue: Queued[] = []
  #appending = false
  #saving = false
  /** A save whose answer was lost: it may be durable, so exactly it is sent again before anything newer. */
  #uncertain: Payload | null = null
  #error: AppError | null = null
  #failures = 0
  #firstUnsavedAt = 0
  #cancelTimer: (() => void) | null = null
  #cancelJournalTimer: (() => void) | null = null
  #waiters: Waiter[] = []
  #sibling: SaveResult | null = null

  constructor(
    ports: SaverPorts,
    options: { session: string; base: string | null; width: number; height: number },
  ) {
    this.#ports = ports
    this.#session = options.session
    this.#base = options.base
    if (options.base !== null) this.#bases.add(options.base)
    this.#size = { width: options.width, height: options.height }
  }

  get state(): SaveState {
    if (this.#error) {
      return { kind: 'failed', error: this.#error.toInfo(), edits: this.#unsaved.length }
    }
    if (this.#saving) return { kind: 'saving' }
    return this.#saved < this.#seq ? { kind: 'unsaved' } : { kind: 'saved', at: this.#savedAt }
  }

  /** The revision this label was last saved as or read from. */
  get base(): string | null {
    return this.#base
  }

  /** This label was read from `revision`, or saved as it. */
  knows(revision: string): boolean {
    return this.#bases.has(revision)
  }

  /** The last save was kept beside another state; null when there is nothing to choose. */
  get sibling(): SaveResult | null {
    return this.#sibling
  }

  /** Everything is in a revision, and no stroke or save is under way. */
  get settled(): boolean {
    return !this.#saving && this.#saved === this.#seq && this.#uncertain === null
  }

  /** The journal is not behind: a stroke under way may be recorded. */
  get takesDraft(): boolean {
    return this.#queue.length === 0
  }

  /** A crash now would lose nothing: each edit is in a revision or in the journal. */
  get safe(): boolean {
    return Math.max(this.#saved, this.#journaled) >= this.#seq
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** An edit that has just been applied. `patch`: as `encodePatch` writes it, empty for an edit without pixels. */
  edited(record: JournalRecord, patch: Uint8Array): void {
    if (!this.#mustSave) this.#firstUnsavedAt = this.#ports.now()
    this.#record(record, patch)
    this.#edited = this.#seq
    this.#unsaved.push(this.#seq)
    // A failed save waits for its own retry, so that a full disk is not asked again with every stroke.
    if (!this.#error) this.#schedule()
    this.#changed()
  }

  /**
   * A stroke that is under way, as far as it has come: recorded and not saved, for the document does not hold it yet. The
   * next record must hold what stays of it.
   */
  drafted(record: JournalRecord, patch: Uint8Array): void {
    this.#record(record, patch)
    this.#changed()
  }

  #record(record: JournalRecord, patch: Uint8Array): void {
    this.#seq++
    const header = { ...record, ...this.#size, session: this.#session, seq: this.#seq, base: this.#base }
    this.#queue.push({ header, patch })
    void this.#pumpJournal()
  }

  get #mustSave(): boolean {
    return this.#saved < this.#edited || this.#uncertain !== null
  }

  /** Saves now what is not saved yet. Rejects with the AppError of the save that failed; the edits stay here. */
  flush(): Promise<void> {
    if (!this.#saving && !this.#mustSave) return Promise.resolve()
    const seq = this.#edited
    return new Promise((resolve, reject) => {
      this.#waiters.push({ seq, resolve, reject })
      void this.#save()
    })
  }

  /** The person asks to try again. */
  retry(): void {
    this.#failures = 0
    void this.#save()
    void this.#pumpJournal()
  }

  /** The person has chosen between the states; `head` is what the label now descends from. */
  chosen(head: string): void {
    this.#standOn(head)
    this.#sibling = null
    this.#changed()
  }

  #standOn(revision: string): void {
    this.#base = revision
    this.#bases.add(revision)
  }

  /** No timer of this saver runs any more. */
  dispose(): void {
    this.#cancelTimer?.()
    this.#cancelJournalTimer?.()
    this.#listeners.clear()
  }

  #schedule(): void {
    const waited = this.#ports.now() - this.#firstUnsavedAt
    this.#wake(Math.max(0, Math.min(IDLE_MS, DEADLINE_MS - waited)))
  }

  #wake(ms: number): void {
    this.#cancelTimer?.()
    this.#cancelTimer = this.#ports.after(ms, () => {
      this.#cancelTimer = null
      void this.#save()
    })
  }

  async #save(): Promise<void> {
    if (this.#saving || !this.#mustSave) return
    this.#cancelTimer?.()
    this.#cancelTimer = null
    this.#saving = true
    this.#changed()
    let payload = this.#uncertain
    try {
      payload ??= this.#payload()
      const result = await this.#ports.save(payload.header, payload.ids)
      this.#acknowledge(payload, result)
    } catch (error) {
      this.#fail(payload, toAppError(error))
    }
    this.#changed()
  }

  #payload(): Payload {
    const { ids, ...state } = this.#ports.snapshot()
    // The label does not hold a stroke under way, so its records are not covered.
    const seq = this.#edited
    const header = { ...state, base: this.#base, tool: 'canvas', journal: { session: this.#session, seq } }
    return { seq, header, ids }
  }

  #acknowledge(payload: Payload, result: SaveResult): void {
    this.#saving = false
    this.#uncertain = null
    this.#error = null
    this.#failures = 0
    this.#saved = payload.seq
    this.#savedAt = result.savedAt
    this.#standOn(result.revision)
    if (result.kind === 'sibling') this.#sibling = result
    this.#unsaved = this.#unsaved.filter((seq) => seq > payload.seq)
    this.#queue = this.#queue.filter(({ header }) => header.seq > payload.seq)
    this.#firstUnsavedAt = this.#ports.now()
    const [done, open] = partition(this.#waiters, ({ seq }) => seq <= payload.seq)
    this.#waiters = open
    for (const waiter of done) waiter.resolve()
    if (open.length > 0) void this.#save()
    else if (this.#mustSave) this.#schedule()
  }

  /** `payload` null: there was nothing to send yet. */
  #fail(payload: Payload | null, error: AppError): void {
    this.#saving = false
    this.#error = error
    if (payload && mayHaveArrived(error)) this.#uncertain = payload
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) waiter.reject(error)
    if (error.retry === 'auto') this.#wake(RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)]!)
    this.#failures++
  }

  /** Sends the journal's records one after the other; a record that a save has covered meanwhile is not needed. */
  async #pumpJournal(): Promise<void> {
    if (this.#appending) return
    this.#cancelJournalTimer?.()
    this.#cancelJournalTimer = null
    this.#appending = true
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      try {
        await this.#ports.appendJournal({ ...next.header, base: this.#base }, next.patch)
        this.#journaled = next.header.seq
        if (this.#queue[0] === next) this.#queue.shift()
        this.#changed()
      } catch {
        // The full save says what is wrong and is what counts; the journal only tries to be ahead of it.
        this.#cancelJournalTimer = this.#ports.after(2000, () => void this.#pumpJournal())
        break
      }
    }
    this.#appending = false
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

/** The host may have done what it was asked although no answer came. */
function mayHaveArrived(error: AppError): boolean {
  return error.code === 'HOST_GONE' || error.code === 'SAVE_UNCERTAIN' || error.code === 'INTERNAL'
}

function partition<T>(list: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [list.filter(test), list.filter((item) => !test(item))]
}
