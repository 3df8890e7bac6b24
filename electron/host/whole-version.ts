import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { parseCarriedRecord } from '../../shared/formats/carried-record.ts'
import { parseRevisionRecord } from '../../shared/formats/revision-record.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import type { VersionRecord } from '../../shared/formats/version-record.ts'
import { foldName, isSampleName } from '../../shared/image/sample-name.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'
import { carriedRows, snapshotRows } from './version-files.ts'
import type { Versions } from './versions.ts'

/**
 * Whether everything that a version names is here, and says what it has to: asked when it is about to count, for until then
 * nothing keeps its files. Of versions that are asked about one after the other, what they share is looked at once. Rejects
 * with `REMOTE_CORRUPT`.
 */
export function createWholeCheck(
  { blobs }: Pick<LibraryContext, 'blobs'>,
  versions: Pick<Versions, 'files'>,
): (id: string, record: VersionRecord) => Promise<void> {
  /** Parts of snapshots whose samples are here in whole. */
  const checked = new Map<string, PartFacts>()
  /** How names were spelled last, by fold. Two spellings may be of two versions: only then are all names of one looked at. */
  const spellings = new Map<string, string>()
  let mayHaveTwins = false

  return async function requireWhole(id: string, record: VersionRecord): Promise<void> {
    const breathe = createTimeSlice()
    const { list, ontology } = await versions.files.snapshot(record.snapshot.digest)
    const samples: SnapshotSample[] = []
    const fresh = new Map<string, PartFacts>()
    let before: string | null = null
    for (const { blob, last, rows } of list) {
      let facts = checked.get(blob) ?? fresh.get(blob)
      if (!facts) {
        const part = await versions.files.lists.rows(snapshotRows, [blob])
        facts = factsOf(part)
        fresh.set(blob, facts)
        samples.push(...part)
      }
      const isNext = before === null || compareCodePoints(before, facts.first) < 0
      // A name is looked for only where it has to be: it must not be elsewhere.
      if (!facts.isSorted || facts.rows !== rows || facts.last !== last || !isNext)
        throw corrupt(id, 'its list of images is not in order')
      before = last
    }
    for (const { name } of samples) {
      // Files get these names when a version is exported.
      if (!isSampleName(name))
        throw corrupt(id, `an image has the name ${JSON.stringify(name.slice(0, 120))}`)
      const fold = foldName(name)
      mayHaveTwins ||= (spellings.get(fold) ?? name) !== name
      spellings.set(fold, name)
      await breathe()
    }
    if (mayHaveTwins) {
      const all = await versions.files.lists.rows(
        snapshotRows,
        list.map(({ blob }) => blob),
      )
      if (new Set(all.map(({ name }) => foldName(name))).size < all.length)
        throw corrupt(id, 'two of its images have names that differ in case or accents only')
    }
    if (!(await blobs.has(ontology.digest))) throw corrupt(id, 'its categories are missing')
    for (const { name, image, head, card } of samples) {
      const needed = [image, card]
      if (head !== null) {
        const { payloads } = await getRecord(blobs, head, parseRevisionRecord)
        needed.push(...payloads.filter(({ role }) => role !== 'ontology').map(({ digest }) => digest))
      }
      for (const digest of needed) {
        if (digest === null || (await blobs.has(digest as BlobDigest))) continue
        throw corrupt(id, `a file of "${name.slice(0, 120)}" is missing`)
      }
      await breathe()
    }
    let last: string | null = null
    const carried = (await versions.files.carried(record)).map(({ blob }) => blob)
    for (const { name, record: digest } of await versions.files.lists.rows(carriedRows, carried)) {
      if (last !== null && compareCodePoints(last, name) >= 0)
        throw corrupt(id, 'its list of kept samples is not in order')
      last = name
      if (!(await blobs.has(digest as BlobDigest))) throw corrupt(id, 'a kept sample is missing')
      if ((await getRecord(blobs, digest, parseCarriedRecord)).name !== name)
        throw corrupt(id, 'a kept sample has another name than it says')
      await breathe()
    }
    for (const [part, facts] of fresh) checked.set(part, facts)
  }
}

/** What an index of parts has to say of one. */
type PartFacts = {
  readonly first: string
  readonly last: string
  readonly rows: number
  readonly isSorted: boolean
}
function factsOf(part: readonly SnapshotSample[]): PartFacts {
  const isSorted = part.every(({ name }, i) => i === 0 || compareCodePoints(part[i - 1]!.name, name) < 0)
  return { first: part[0]?.name ?? '', last: part.at(-1)?.name ?? '', rows: part.length, isSorted }
}

export function corrupt(what: string, why: string): AppError {
  const name = /^[0-9a-f]{64}$/.test(what) ? `Version ${what.slice(0, 12)}` : what
  return new AppError('REMOTE_CORRUPT', `${name} on the server does not hold together: ${why}.`, {
    remedy: 'Nothing of it was taken. Try again; if it stays so, ask who pushed it to push it again.',
  })
}
