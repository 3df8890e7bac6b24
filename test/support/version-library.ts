import { type Cards, createCards } from '../../electron/host/cards.ts'
import { type Carried, createCarried } from '../../electron/host/carried.ts'
import { type Categories, createCategories } from '../../electron/host/categories.ts'
import { createSampleHistory } from '../../electron/host/sample-history.ts'
import { createSamples } from '../../electron/host/samples.ts'
import { createTrash, type Trash } from '../../electron/host/trash.ts'
import { verifyLibrary } from '../../electron/host/verify.ts'
import { createVersionChanges, type VersionChanges } from '../../electron/host/version-changes.ts'
import { createVersionCompare, type VersionCompare } from '../../electron/host/version-compare.ts'
import { createVersionNames } from '../../electron/host/version-names.ts'
import { createVersions, type Versions } from '../../electron/host/versions.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { SaveHeader } from '../../shared/host/data-plane.ts'
import { type LabelLibrary, openLabelLibrary, saveOf } from './label-library.ts'

export type VersionLibrary = LabelLibrary & {
  readonly versions: Versions
  readonly changes: VersionChanges
  readonly compare: VersionCompare
  readonly names: ReturnType<typeof createVersionNames>
  readonly history: ReturnType<typeof createSampleHistory>
  readonly cards: Cards
  readonly carried: Carried
  readonly trash: Trash
  readonly categories: Categories
  /** Draws a label: a digit a pixel, `.` for unlabeled, each id a car; the rest of the row is unlabeled. */
  draw(sample: SampleId, text: string, more?: Partial<SaveHeader>): Promise<string>
  /** What is shown: pixels as `draw` takes them, status, tags, or `trash`. */
  shown(sample: SampleId): Promise<string>
  /** What the check of the library finds. */
  damage(): Promise<string[]>
}

/** A library with everything that versions are made of and change, on labels of 7 × 5 pixels. */
export async function openVersionLibrary(
  options: Parameters<typeof openLabelLibrary>[0] = {},
): Promise<VersionLibrary> {
  let time = 1_700_000_000_000
  const library = await openLabelLibrary({ now: () => time++, ...options })
  const { context, labels } = library
  const author = () => 'Ada'
  const categories = createCategories(context)
  const samples = createSamples(context)
  const versions = createVersions(context, { categories })
  const cards = createCards(context, { author })
  const carried = createCarried(context, { author })
  const trash = createTrash(context, {
    besideVersions: versions.beside,
    dropJournal: labels.forget,
    ...(options.ops && { ops: options.ops }),
  })
  const changes = createVersionChanges(context, {
    versions,
    labels,
    cards,
    trash,
    categories,
    carried,
    author,
    async bringBack(image: BlobDigest, name: string) {
      const format = { format: 'png' as const, width: 7, height: 5, orientation: 1 }
      await samples.insert({ name, image: context.blobs.stat(image)!, ...format })
    },
  })
  return {
    ...library,
    versions,
    changes,
    compare: createVersionCompare(context, { versions, categories }),
    names: createVersionNames(context, { versions, author, moved: () => undefined }),
    history: createSampleHistory(context, { versions, samples }),
    cards,
    carried,
    trash,
    categories,

    async draw(sample, text, more = {}) {
      const ids = Array.from({ length: 35 }, (_, p) => Number(text[p] ?? 0) || 0)
      const { revision, nextObjectId } = await labels.open(sample)
      const [header, bytes] = saveOf(ids, revision, more)
      const next = Math.max(header.nextObjectId, nextObjectId)
      return (await labels.save(sample, { ...header, nextObjectId: next }, bytes)).revision
    },

    async shown(sample) {
      const { headRevision, status, tags, trashedAt } = samples.get(sample)
      if (trashedAt !== null) return 'trash'
      const ids = headRevision === null ? [] : await library.idsOf(headRevision as RevisionId)
      const text = ids
        .map((id) => id || '.')
        .join('')
        .replace(/\.+$/, '')
      return [text || '-', status, ...tags].join(' ')
    },

    async damage() {
      const { findings } = await verifyLibrary(context, versions, { signal: AbortSignal.timeout(60_000) })
      return findings.flatMap(({ severity, code, message }) =>
        severity === 'error' ? [`${code}: ${message}`] : [],
      )
    },
  }
}
