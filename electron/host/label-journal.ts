import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../shared/base/app-error.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { frame, type JournalHeader, journalHeaderSchema, unframe } from '../../shared/host/data-plane.ts'
import { diskError, isFull, isOutOfFiles } from '../adapters/disk-error.ts'
import { type FileOps, quietly, syncFolder, writeFully } from '../adapters/file-ops.ts'
import {
  createJournalFile,
  type JournalContent,
  type JournalFile,
  journalFileName,
  MAX_RECORD_BYTES,
  parseJournalFileName,
  readJournal,
} from '../adapters/journal-file.ts'
import type { LabeledSample, LabelRows } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'

/** What one session may have unsaved in its journal. A save empties it, so only a disk that is full comes near. */
const MAX_SESSION_BYTES = 64 * 1024 * 1024

export type JournalEdit = { readonly header: JournalHeader; readonly patch: Uint8Array }

/** What the files of one session hold that no revision does. */
export type JournalSession = {
  readonly session: string
  /** The names of its files. */
  readonly files: readonly string[]
  /** The revision that holds what came before `edits`; null is a label that was never saved. */
  readonly base: RevisionId | null
  /** In order and without a gap, from the first edit that `base` does not hold. */
  readonly edits: readonly JournalEdit[]
  /** Why the files hold more than `edits`, or null when that is all. */
  readonly damage: string | null
}

/**
 * The journals of a library: each edit is on the disk before it is acknowledged, in `journal/`. A file goes only when a
 * committed revision covers everything in it; one that cannot be read to its end is moved to `quarantine/`.
 */
export type LabelJournal = {
  /**
   * Returns the edit's number once it is on the disk; at once for one that is there or that a revision covers.
   * Throws AppError `BAD_REQUEST`, `NOT_FOUND`, `IN_TOO_BIG` or what the disk says.
   */
  append(sample: LabeledSample, header: JournalHeader, patch: Uint8Array): number
  /** The samples that have files here. */
  samples(): SampleId[]
  /** The sessions of a sample that left files, in order. */
  sessionsOf(sample: SampleId): string[]
  /** Throws AppError `ROW_CORRUPT` when what the index says of the session is damaged. */
  read(sample: LabeledSample, session: string): JournalSession
  /** Removes the files of a session once revisions cover all of them, after the commit that covers them. Never throws. */
  trim(sample: SampleId, session: string): void
  /** Moves the files of a session to quarantine, with a note that says why; what was appended since then stays. */
  setAside(session: Pick<JournalSession, 'session' | 'files'>, why: string): void
  /** Removes all files of a sample that was removed for good. */
  forget(sample: SampleId): void
  close(): void
}

/** What is known of a session in this run. `file` is null until the next edit needs one. */
type Live = {
  file: JournalFile | null
  lastSeq: number
  names: string[]
  bytes: number
  /** An earlier run left bytes that cannot be read: they may have been edits. */
  isDamaged: boolean
}

export function createLabelJournal(
  context: Pick<LibraryContext, 'folder' | 'log' | 'now'>,
  rows: LabelRows,
  options: { readonly ops: FileOps; readonly releaseReserve: () => boolean },
): LabelJournal {
  const { ops, releaseReserve } = options
  const folder = join(context.folder, 'journal')
  const quarantine = join(context.folder, 'quarantine')
  const live = new Map<string, Live>()

  /** Names of a sample's files, by session and then part. */
  function namesOf(sample: string, session?: string): string[] {
    const found = readdirSync(folder).flatMap((name) => {
      const parsed = parseJournalFileName(name)
      if (parsed?.sampleId !== sample || (session && parsed.session !== session)) return []
      return [{ ...parsed, name }]
    })
    return found
      .sort((a, b) => (a.session < b.session ? -1 : a.session > b.session ? 1 : a.part - b.part))
      .map(({ name }) => name)
  }

  /** The session as this run knows it, or as an earlier run left it: a window may outlive the host behind it. */
  function liveOf(sample: string, session: string): Live {
    const known = live.get(session)
    if (known) return known
    const names = namesOf(sample, session)
    const left: Live = { file: null, lastSeq: 0, names, bytes: 0, isDamaged: false }
    for (const name of names) {
      const bytes = readFileSync(join(folder, name))
      left.bytes += bytes.length
      const { bodies, end } = readJournal(bytes)
      // As in `gather`: a file that goes on where this one ended makes up for it.
      left.isDamaged = end < bytes.length
      for (const body of bodies) left.lastSeq = Math.max(left.lastSeq, parseEdit(body)?.header.seq ?? 0)
    }
    live.set(session, left)
    return left
  }

  function drop(session: string): void {
    const known = live.get(session)
    live.delete(session)
    try {
      known?.file?.close()
    } catch (error) {
      // Every record in it was synced before it was acknowledged.
      context.log('warn', 'journal', `a journal could not be closed: ${String(error)}`)
    }
  }

  function letGo(state: Live): void {
    const { file } = state
    state.file = null
    quietly(() => file?.close())
  }

  /** Whether what stood in the way of a write was moved out of it. */
  function madeRoomAfter(error: unknown): boolean {
    if (isFull(error)) return releaseReserve()
    if (!isOutOfFiles(error)) return false
    for (const state of live.values()) letGo(state)
    return true
  }

  function begin(sample: LabeledSample, header: JournalHeader, state: Live, body: Uint8Array): void {
    const mark = rows.mark(header.session)
    const base = mark ? mark.revision : (header.base as RevisionId | null)
    const head = {
      sampleId: sample.id,
      session: header.session,
      base,
      covers: mark?.seq ?? 0,
      width: sample.width,
      height: sample.height,
    }
    const lastPart = state.names.map((name) => parseJournalFileName(name)!.part).at(-1) ?? 0
    const name = journalFileName(sample.id, header.session, lastPart + 1)
    // Known before it is there: what a failure leaves of it must not stand in the way of the next one.
    state.names.push(name)
    state.file = createJournalFile(ops, join(folder, name), head, body)
    state.bytes += state.file.bytes
  }

  return {
    append(sample, header, patch) {
      const { session, seq } = header
      if (header.width !== sample.width || header.height !== sample.height) {
        throw refused(`An edit of ${header.width} × ${header.height} pixels does not fit ${sample.name}.`)
      }
      const mark = rows.mark(session)
      if (mark && mark.sampleId !== sample.id) throw refused('The edit belongs to another image.')
      const state = liveOf(sample.id, session)
      const last = Math.max(mark?.seq ?? 0, state.lastSeq)
      if (seq <= last) return seq
      if (seq !== last + 1) throw refused(`Edit ${last + 1} is missing before edit ${seq}.`)
      if (last === 0 && header.base !== null) {
        const base = rows.revision(header.base as RevisionId)
        if (base?.sampleId !== sample.id) throw refused('The edit was made on a label that is not here.')
      }
      const body = frame(header, patch)
      if (body.length >= MAX_RECORD_BYTES || state.bytes + body.length > MAX_SESSION_BYTES) {
        throw new AppError('IN_TOO_BIG', 'The edit is too large for the journal.', {
          remedy: 'It is saved with the whole label: wait until that is done.',
        })
      }
      const write = () => {
        try {
          if (state.file) {
            state.file.append(body)
            state.bytes += body.length
          } else begin(sample, header, state, body)
        } catch (error) {
          // The records before stay good; the next one begins a file of its own.
          letGo(state)
          throw error
        }
      }
      try {
        write()
      } catch (error) {
        if (!madeRoomAfter(error)) throw diskError(error)
        try {
          write()
        } catch (again) {
          throw diskError(again)
        }
      }
      state.lastSeq = seq
      return seq
    },

    samples() {
      const ids = readdirSync(folder).flatMap((name) => parseJournalFileName(name)?.sampleId ?? [])
      return [...new Set(ids)] as SampleId[]
    },

    sessionsOf: (sample) => [...new Set(namesOf(sample).map((name) => parseJournalFileName(name)!.session))],

    read(sample, session) {
      const files = namesOf(sample.id, session)
      // Read in one go with nothing between: a window may be appending to a file of its own.
      const contents = files.map((name) => {
        const bytes = readFileSync(join(folder, name))
        const content = readJournal(bytes)
        return { ...content, isWhole: content.end === bytes.length }
      })
      return { session, files, ...gather(sample, session, contents, rows) }
    },

    trim(sample, session) {
      try {
        const state = liveOf(sample, session)
        if (state.isDamaged || state.lastSeq > (rows.mark(session)?.seq ?? 0)) return
        drop(session)
        for (const name of state.names) ops.remove(join(folder, name))
      } catch (error) {
        // The save it follows is done and stays so; what is left is known to be covered, and goes when the sample is
        // opened next.
        context.log('warn', 'journal', `a journal could not be removed: ${String(error)}`)
      }
    },

    setAside({ session, files }, why) {
      drop(session)
      for (const name of files) {
        const kept = `${name}-${randomUUID()}`
        try {
          ops.rename(join(folder, name), join(quarantine, kept))
          syncFolder(ops, quarantine)
          syncFolder(ops, folder)
          writeNote(ops, join(quarantine, `${kept}.json`), { file: kept, why, at: context.now() })
        } catch (error) {
          throw diskError(error)
        }
      }
      context.log('warn', 'journal', `a journal was moved to quarantine: ${why}`, { session })
    },

    forget(sample) {
      for (const name of namesOf(sample)) {
        drop(parseJournalFileName(name)!.session)
        ops.remove(join(folder, name))
      }
    },

    close() {
      for (const session of [...live.keys()]) drop(session)
    },
  }
}

type Gathered = Pick<JournalSession, 'base' | 'edits' | 'damage'>

/** What the files of one session say together, from the latest state that the library knows. */
function gather(
  sample: LabeledSample,
  session: string,
  files: readonly (JournalContent & { readonly isWhole: boolean })[],
  rows: LabelRows,
): Gathered {
  const heads = files.flatMap(({ head }) => (head ? [head] : []))
  const fits = heads.every(
    (head) =>
      head.sampleId === sample.id &&
      head.session === session &&
      head.width === sample.width &&
      head.height === sample.height,
  )
  if (!fits) return { base: null, edits: [], damage: 'It belongs to another image.' }
  if (heads.length === 0) return { base: null, edits: [], damage: 'Its beginning cannot be read.' }
  const mark = rows.mark(session)
  const starts = [
    ...(mark ? [{ base: mark.revision, covers: mark.seq }] : []),
    ...heads.map(({ base, covers }) => ({ base: base as RevisionId | null, covers })),
  ].sort((a, b) => b.covers - a.covers)
  const start = starts.find(({ base }) => base === null || rows.revision(base)?.sampleId === sample.id)
  if (!start) return { base: null, edits: [], damage: 'The label it continues is not here.' }

  const { base } = start
  const edits: JournalEdit[] = []
  let last = start.covers
  for (const body of files.flatMap(({ bodies }) => bodies)) {
    const edit = parseEdit(body)
    if (!edit) return { base, edits, damage: 'An edit in it cannot be read.' }
    const { seq } = edit.header
    if (seq <= last) continue
    if (seq !== last + 1) return { base, edits, damage: `Edit ${last + 1} is missing in it.` }
    edits.push(edit)
    last = seq
  }
  // A file that failed while it was written is followed by one that goes on where its last whole edit ended.
  return { base, edits, damage: files.at(-1)!.isWhole ? null : 'It ends in the middle of an edit.' }
}

function parseEdit(body: Uint8Array): JournalEdit | null {
  try {
    const { header, body: patch } = unframe(body)
    return { header: journalHeaderSchema.parse(header), patch }
  } catch {
    return null
  }
}

function writeNote(ops: FileOps, path: string, note: unknown): void {
  const fd = ops.open(path, 'wx', 0o600)
  try {
    writeFully(ops, fd, Buffer.from(`${JSON.stringify(note)}\n`))
    ops.fsync(fd)
  } finally {
    ops.close(fd)
  }
}

function refused(message: string): AppError {
  return new AppError('BAD_REQUEST', message, {
    remedy: 'Keep the window open: the label is still saved as a whole.',
  })
}
