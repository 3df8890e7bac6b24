import { AppError, type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import {
  type Card,
  type CardChange,
  changeCard,
  emptyCard,
  type Hand,
  isEmptyCard,
} from '../../shared/dataset/card.ts'
import type { BlobDigest, SampleId } from '../../shared/dataset/digest.ts'
import { cardChangeText, cardRecordText, parseCardRecord } from '../../shared/formats/card-record.ts'
import type { HostOutput } from '../../shared/host/host-api.ts'
import { diskError, explained, isOutOfFiles } from '../adapters/disk-error.ts'
import { rowSum, rowSumHolds, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import { damaged } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'
import { createListing } from './listing.ts'
import { requireWritable } from './read-only.ts'
import { createTurns } from './turns.ts'

/** A card that was moved from one blob to another; null is the empty card. */
export type CardMove = {
  readonly id: SampleId
  readonly from: BlobDigest | null
  readonly to: BlobDigest | null
}
export type CardsChanged = {
  /** Samples that have another card now. */
  readonly moves: readonly CardMove[]
  readonly failed: readonly { readonly id: SampleId; readonly error: ErrorInfo }[]
}

/**
 * The cards of one library. A change is acknowledged when the cards, the record of the change and the rows are on the
 * disk, in that order; an earlier card stays as a blob and a row. Damage rejects with `ROW_CORRUPT`, `BLOB_CORRUPT` or
 * `MISSING_BLOB`, a full or failing disk with `DISK_…`; then all cards are what they were.
 */
export type Cards = {
  /** Rejects with `NOT_FOUND`. */
  get(sample: SampleId): Promise<Card>
  /** Does the same to each of these cards; what one of them refuses does not stop the others. Rejects with `LIB_READ_ONLY`. */
  change(
    samples: readonly SampleId[],
    change: CardChange,
    /** Who did it, and when, where that was somebody else. */
    by?: Partial<Hand>,
  ): Promise<CardsChanged>
  /** Moves cards back to where they were, except those that somebody else has moved since. */
  takeBack(
    moves: readonly CardMove[],
  ): Promise<{ readonly restored: number; readonly skipped: readonly SampleId[] }>
  words(): HostOutput<'cards.words'>
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
}

type Planned = CardMove & { readonly card: Card | null }

export function createCards(
  context: LibraryContext,
  options: {
    /** Who works here, for the records. */
    readonly author?: () => string
    /** Gives back what is kept for a full disk; false when there is nothing. */
    readonly releaseReserve?: () => boolean
  } = {},
): Cards {
  const { db, blobs } = context
  const { author = () => '', releaseReserve = () => false } = options
  const listing = createListing(db)
  const selectSample = db.prepare('SELECT * FROM samples WHERE id = ?')
  const selectSeq = db.prepare("SELECT CAST(value AS INTEGER) AS seq FROM meta WHERE key = 'seq'")
  const updateCard = db.prepare('UPDATE samples SET card_digest = ?, row_sum = ? WHERE id = ?')
  const insertCard = db.prepare('INSERT INTO cards VALUES (?, ?, ?, ?, ?, ?, ?)')
  const selectTags = db.prepare(
    `SELECT MIN(t.tag) AS word, COUNT(*) AS count FROM listing_tags t JOIN listing l ON l.seq = t.seq
     WHERE l.trashed = 0 GROUP BY t.tag_key ORDER BY count DESC, word LIMIT 500`,
  )
  const selectKeys = db.prepare(
    `SELECT m.key AS word, COUNT(*) AS count FROM listing_metadata m JOIN listing l ON l.seq = m.seq
     WHERE l.trashed = 0 GROUP BY m.key ORDER BY count DESC, word LIMIT 500`,
  )
  // A change reads a card and writes the next one: two at once would lose one of them.
  const turns = createTurns()
  const inTurn = <T>(work: () => Promise<T>) => turns.take('cards', () => insisting(work))

  /** What is done here can be done twice: it looks at what is there and makes what is missing. */
  async function insisting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await explained(work)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'DISK_FULL') releaseReserve()
      else if (error.code !== 'SAVE_UNCERTAIN' && !isOutOfFiles(error.cause)) throw error
      return explained(work)
    }
  }

  function rowOf(id: string): Record<string, SqlValue> {
    const row = selectSample.get(id) as Record<string, SqlValue> | undefined
    if (!row) {
      throw new AppError('NOT_FOUND', 'There is no such sample in this library.', {
        remedy: 'Reload the list of samples.',
      })
    }
    if (!rowSumHolds(row)) throw damaged(`The entry of ${String(row.name)}`)
    return row
  }

  const digestOf = (id: string) => rowOf(id).card_digest as BlobDigest | null

  async function read(digest: BlobDigest | null): Promise<Card> {
    if (digest === null) return emptyCard
    const bytes = await blobs.get(digest)
    try {
      return parseCardRecord(Buffer.from(bytes).toString())
    } catch (cause) {
      // The bytes are what was once written, so it is this program that does not know them.
      throw new AppError('FMT_TOO_NEW', 'The card of an image is written in an unknown way.', {
        remedy: 'Update Tessera.',
        cause,
      })
    }
  }

  /** Cards of many samples are few: each is read, changed and stored once. */
  function createOnce<K, V>(work: (key: K) => Promise<V>): (key: K) => Promise<V> {
    const made = new Map<K, Promise<V>>()
    return (key) => {
      const known = made.get(key) ?? work(key)
      made.set(key, known)
      return known
    }
  }

  /** Writes the record of a change, then its rows. */
  async function move(planned: readonly Planned[], by: string, at: number): Promise<void> {
    const sorted = planned.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    for (;;) {
      // The record names its place in the library's order, and it must be on the disk before that place is taken.
      const seq = Number(selectSeq.get()!.seq) + 1
      const text = cardChangeText({
        v: 1,
        kind: 'card-change',
        seq,
        author: by,
        createdAt: at,
        deviceId: context.deviceId,
        cards: sorted.map(({ id, to }) => [id, to]),
      })
      const { digest: record } = await blobs.put(Buffer.from(text))
      const isWritten = context.transaction(() => {
        if (Number(selectSeq.get()!.seq) !== seq - 1) return false
        context.nextSeq()
        for (const { id, to, card } of sorted) {
          const { row_sum: _, ...sample } = rowOf(id)
          const moved = { ...sample, card_digest: to }
          updateCard.run(to, rowSum(Object.values(moved)), id)
          const values: SqlValue[] = [id, seq, to, record, by, at]
          insertCard.run(...values, rowSum(values))
          listing.setCard(id, card, at)
        }
        return true
      })
      if (!isWritten) continue
      const [only] = planned
      if (planned.length === 1) context.emit({ type: 'card.changed', sampleId: only!.id })
      else context.emit({ type: 'samples.changed' })
      return
    }
  }

  return {
    get: (sample) => explained(() => read(digestOf(sample))),

    change: (samples, change, by = {}) =>
      inTurn(async () => {
        requireWritable(context)
        const hand = { author: author(), at: context.now(), ...by }
        const planned: Planned[] = []
        const failed: CardsChanged['failed'][number][] = []
        const changed = createOnce(async (from: BlobDigest | null) => {
          const before = await read(from)
          const card = changeCard(before, change, hand)
          if (card === before) return null
          if (isEmptyCard(card)) return { card: null, to: null }
          const { digest } = await blobs.put(Buffer.from(cardRecordText(card)))
          return { card, to: digest }
        })
        for (const id of new Set(samples)) {
          try {
            const from = digestOf(id)
            const next = await changed(from)
            if (next && next.to !== from) planned.push({ id, from, ...next })
          } catch (error) {
            const known = refusal(error)
            if (known.code.startsWith('DISK_') || known.code === 'INTERNAL') throw error
            failed.push({ id, error: known.toInfo() })
          }
        }
        if (planned.length > 0) await move(planned, hand.author, context.now())
        return { moves: planned.map(({ id, from, to }) => ({ id, from, to })), failed }
      }),

    takeBack: (moves) =>
      inTurn(async () => {
        requireWritable(context)
        const readOnce = createOnce(read)
        const planned: Planned[] = []
        const skipped: SampleId[] = []
        for (const { id, from, to } of moves) {
          const row = selectSample.get(id)
          if (row?.card_digest !== to) {
            skipped.push(id)
            continue
          }
          planned.push({ id, from: to, to: from, card: from === null ? null : await readOnce(from) })
        }
        if (planned.length > 0) await move(planned, author(), context.now())
        return { restored: planned.length, skipped }
      }),

    words: () => ({
      tags: selectTags.all().map(({ word, count }) => ({ tag: String(word), count: Number(count) })),
      keys: selectKeys.all().map(({ word, count }) => ({ key: String(word), count: Number(count) })),
    }),

    settled: () => turns.idle(),
  }
}

/** What a card refuses is the fault of whoever asked. */
function refusal(error: unknown): AppError {
  if (!(error instanceof RangeError)) return toAppError(diskError(error))
  return new AppError('BAD_REQUEST', error.message, { remedy: 'Nothing was changed.', cause: error })
}
