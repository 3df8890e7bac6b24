import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { BlobStore } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { type PartRef, parsePartIndex, partIndexText } from '../../shared/formats/part-index.ts'
import { cutParts, endsPart } from '../../shared/formats/parts.ts'
import { createTimeSlice } from './time-slice.ts'

/** How the rows of a list are spelled, and by what they are sorted: by code point, each key once. */
export type RowForm<T> = {
  keyOf(row: T): string
  textOf(part: readonly T[]): string
  /** Throws on what is no such part. */
  parse(text: string): T[]
}

/** A sorted list that lies among the blobs in parts. */
export type PartedList = readonly PartRef[]

/**
 * Long lists as blobs: parts of rows, and a list of the parts, which is itself in parts. Reading rejects with AppError
 * `MISSING_BLOB`, `BLOB_CORRUPT` or `FMT_TOO_NEW`.
 */
export type PartedLists = {
  /** The parts that these blobs of `writeIndex` list. */
  readIndex(blobs: readonly string[]): Promise<PartRef[]>
  writeIndex(list: PartedList): Promise<BlobDigest[]>
  rows<T>(form: RowForm<T>, parts: readonly string[]): Promise<T[]>
  /** The same, part by part: nothing holds them all. */
  stretches<T>(form: RowForm<T>, parts: readonly string[]): AsyncIterable<T[]>
  /** Blobs of the parts that only one of two lists has. */
  apart(a: PartedList, b: PartedList): [string[], string[]]
  /** The rows with these keys, as far as they are there: only the parts are read that can have them. */
  find<T>(form: RowForm<T>, list: PartedList, keys: Iterable<string>): Promise<Map<string, T>>
  /**
   * The list with some rows changed; null takes one away. Only the parts around the changes are read and written, and
   * the result is the one that would come of cutting all its rows anew. `before` has the rows of these keys that the list
   * had.
   */
  change<T>(
    form: RowForm<T>,
    list: PartedList,
    changes: ReadonlyMap<string, T | null>,
  ): Promise<{ list: PartRef[]; before: Map<string, T> }>
}

export function createPartedLists(blobs: BlobStore): PartedLists {
  const textOf = (part: string) => getRecord(blobs, part, (text) => text)
  const rowsOf = <T>(form: RowForm<T>, part: string) => getRecord(blobs, part, form.parse)

  /** Versions share most of these, and what looks through many of them asks for the same ones again and again. */
  const indexes = new Map<string, readonly PartRef[]>()
  async function indexOf(blob: string): Promise<readonly PartRef[]> {
    const known = indexes.get(blob) ?? (await getRecord(blobs, blob, parsePartIndex))
    indexes.delete(blob)
    indexes.set(blob, known)
    if (indexes.size > mostIndexes) indexes.delete(indexes.keys().next().value!)
    return known
  }

  async function putParts<T extends readonly unknown[]>(
    parts: Iterable<T>,
    textOf: (part: T) => string,
  ): Promise<BlobDigest[]> {
    // Each text is made when it is stored: nothing holds them all, and the disk works meanwhile.
    function* texts() {
      for (const part of parts) yield Buffer.from(textOf(part))
    }
    return (await blobs.putAll(texts())).map(({ digest }) => digest)
  }

  async function* stretches<T>(form: RowForm<T>, parts: readonly string[]): AsyncGenerator<T[]> {
    const breathe = createTimeSlice()
    for (let i = 0; i < parts.length; i += partsPerRead) {
      // Reading small files one after the other is mostly waiting.
      const texts = await Promise.all(parts.slice(i, i + partsPerRead).map((part) => textOf(part)))
      for (const [j, text] of texts.entries()) {
        yield parsed(parts[i + j]!, text, form.parse)
        await breathe()
      }
    }
  }

  return {
    async readIndex(digests) {
      const list: PartRef[] = []
      for (const digest of digests) list.push(...(await indexOf(digest)))
      return list
    },

    writeIndex: (list) =>
      putParts(
        cutParts(list, ({ last }) => last, 'parts'),
        partIndexText,
      ),

    async rows<T>(form: RowForm<T>, parts: readonly string[]) {
      const rows: T[] = []
      for await (const part of stretches(form, parts)) for (const row of part) rows.push(row)
      return rows
    },
    stretches,

    apart(a, b) {
      const only = (x: PartedList, y: PartedList) => {
        const shared = new Set(y.map(({ blob }) => blob))
        return x.flatMap(({ blob }) => (shared.has(blob) ? [] : [blob]))
      }
      return [only(a, b), only(b, a)]
    },

    async find<T>(form: RowForm<T>, list: PartedList, keys: Iterable<string>) {
      const breathe = createTimeSlice()
      const found = new Map<string, T>()
      const wanted = Map.groupBy(new Set(keys), (key) => partOf(list, key))
      for (const [at, within] of wanted) {
        const part = list[at]
        if (!part) continue
        const names = new Set(within)
        for (const row of await rowsOf(form, part.blob)) {
          const key = form.keyOf(row)
          if (names.has(key)) found.set(key, row)
        }
        await breathe()
      }
      return found
    },

    async change<T>(form: RowForm<T>, list: PartedList, changes: ReadonlyMap<string, T | null>) {
      const breathe = createTimeSlice()
      const keys = [...changes.keys()].sort(compareCodePoints)
      const before = new Map<string, T>()
      const result: (PartRef | null)[] = []
      const made: T[][] = []
      let at = 0
      /** Rows since the last place where a part ends whatever comes next. */
      let open: T[] = []
      const cut = (isEnd: boolean) => {
        const parts = [...cutParts(open, form.keyOf)]
        const last = parts.at(-1)
        const isOpen = last && !isEnd && !endsPart(form.keyOf(last.at(-1)!), last.length)
        open = isOpen ? parts.pop()! : []
        for (const part of parts) {
          made.push(part)
          result.push(null)
        }
      }
      const lists = list.length === 0 ? [null] : list
      for (const [i, part] of lists.entries()) {
        const isLast = i === lists.length - 1
        let to = at
        while (to < keys.length && (isLast || compareCodePoints(keys[to]!, part!.last) <= 0)) to++
        if (part && to === at && open.length === 0) {
          result.push(part)
          continue
        }
        const old = part ? await rowsOf(form, part.blob) : []
        for (const row of merged(old, keys.slice(at, to), form.keyOf, changes, before)) open.push(row)
        at = to
        cut(isLast)
        await breathe()
      }
      const stored = await putParts(made, form.textOf)
      let next = 0
      const refOf = (): PartRef => {
        const [rows, blob] = [made[next]!, stored[next]!]
        next++
        return { last: form.keyOf(rows.at(-1)!), blob, rows: rows.length }
      }
      return { list: result.map((part) => part ?? refOf()), before }
    },
  }
}

const mostIndexes = 512
const partsPerRead = 32

/** Where in a list the part is that has the key, if any has. */
function partOf(list: PartedList, key: string): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareCodePoints(list[middle]!.last, key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Rows of a part with the changes that fall into it; what they replace goes into `before`. */
function* merged<T>(
  rows: readonly T[],
  keys: readonly string[],
  keyOf: (row: T) => string,
  changes: ReadonlyMap<string, T | null>,
  before: Map<string, T>,
): Generator<T> {
  let next = 0
  for (const row of rows) {
    const key = keyOf(row)
    for (; next < keys.length && compareCodePoints(keys[next]!, key) < 0; next++) {
      const added = changes.get(keys[next]!)
      if (added) yield added
    }
    if (keys[next] !== key) {
      yield row
      continue
    }
    before.set(key, row)
    const changed = changes.get(key)
    if (changed) yield changed
    next++
  }
  for (; next < keys.length; next++) {
    const added = changes.get(keys[next]!)
    if (added) yield added
  }
}

/** A record read back through its schema. Rejects with AppError `MISSING_BLOB`, `BLOB_CORRUPT` or `FMT_TOO_NEW`. */
export async function getRecord<T>(
  blobs: Pick<BlobStore, 'get'>,
  digest: string,
  parse: (text: string) => T,
): Promise<T> {
  return parsed(digest, Buffer.from(await blobs.get(digest as BlobDigest)).toString('utf8'), parse)
}

function parsed<T>(digest: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text)
  } catch (cause) {
    // The bytes are what was once written, so it is this program that does not know them.
    throw new AppError(
      'FMT_TOO_NEW',
      `A record of a version is written in an unknown way (${digest.slice(0, 12)}).`,
      {
        remedy: 'Update Tessera.',
        cause,
      },
    )
  }
}
