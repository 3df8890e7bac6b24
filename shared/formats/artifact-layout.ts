import type { BlobRef } from '../dataset/blob-store.ts'
import type { BlobDigest } from '../dataset/digest.ts'
import type { ManifestEntry } from '../dataset/manifest.ts'
import type { LabelStatus } from '../label/status.ts'

/** The files of one sample. `label` is null until something was saved. */
export type SampleFiles = {
  readonly name: string
  readonly image: BlobRef
  readonly label: LabelFiles | null
  /** What `card-record.ts` spells; null when it is empty. */
  readonly card: BlobRef | null
}
export type LabelFiles = {
  readonly png: BlobRef
  /** What `label-file.ts` spells. */
  readonly json: BlobRef
  /** What `shapes-file.ts` spells; null when there is nothing of it. */
  readonly shapes: BlobRef | null
  readonly status: LabelStatus
  readonly objectCount: number
}
/** Stands for the files of a label. */
export const labelKey = (png: BlobDigest, json: BlobDigest, shapes: BlobDigest | null) =>
  png + json + (shapes === null ? '' : `:${shapes}`)
/** The shapes in a `labelKey`; empty for none. */
export const shapesOfKey = (key: string | null): string => (key ?? '').split(':')[1] ?? ''
const keyOf = ({ png, json, shapes }: LabelFiles) => labelKey(png.digest, json.digest, shapes?.digest ?? null)

/** The files of one sample as they were, as far as they tell whether they are the same now. */
export type FormerFiles = {
  readonly image: string
  /** The `labelKey`. */
  readonly label: string | null
  readonly card: string | null
}

/** Entries by their path; null: it is taken away. */
export type EntryChanges = ReadonlyMap<string, ManifestEntry | null>

/**
 * What becomes of the artifact `raw_data` when one sample is no longer what it was: null is no sample. The format page is
 * `docs/formats/artifact.md`.
 */
export function rawChanges(name: string, before: FormerFiles | null, now: SampleFiles | null): EntryChanges {
  if (before?.image === now?.image.digest) return new Map()
  return new Map([[`images/${name}`, now && fileEntry(`images/${name}`, now.image)]])
}

/**
 * The same of `labeled_data`: what has a label is there with its image, and every card. Names keep the image's extension:
 * `a.jpg` and `a.png` do not collide.
 */
export function labeledChanges(
  name: string,
  before: FormerFiles | null,
  now: SampleFiles | null,
): EntryChanges {
  const changes = new Map<string, ManifestEntry | null>()
  const put = (path: string, blob: BlobRef | undefined) =>
    changes.set(path, blob ? fileEntry(path, blob) : null)
  const [was, is] = [before?.label ?? null, now?.label ?? null]
  const oldImage = was === null ? undefined : before?.image
  const image = is === null ? undefined : now?.image
  if (oldImage !== image?.digest) put(`images/${name}`, image)
  const key = is && keyOf(is)
  if (was !== key) {
    put(`labels/${name}.json`, is?.json)
    put(`labels/${name}.png`, is?.png)
  }
  if (shapesOfKey(was) !== shapesOfKey(key)) put(`shapes/${name}.json`, is?.shapes ?? undefined)
  if ((before?.card ?? null) !== (now?.card?.digest ?? null))
    put(`samples/${name}.json`, now?.card ?? undefined)
  return changes
}

/** Reads layouts back: the blobs of each sample by name. Files that are no sample's are passed over. */
export function samplesOfLayouts(
  raw: readonly ManifestEntry[],
  labeled: readonly ManifestEntry[],
): Map<
  string,
  {
    readonly image: BlobDigest
    readonly label: { png: BlobDigest; json: BlobDigest; shapes: BlobDigest | null } | null
    readonly card: BlobDigest | null
  }
> {
  const files = new Map(labeled.map(({ path, blob }) => [path, blob]))
  return new Map(
    raw
      .filter(({ path }) => path.startsWith('images/'))
      .map(({ path, blob: image }) => {
        const name = path.slice('images/'.length)
        const [png, json] = [files.get(`labels/${name}.png`), files.get(`labels/${name}.json`)]
        const card = files.get(`samples/${name}.json`) ?? null
        const shapes = files.get(`shapes/${name}.json`) ?? null
        return [name, { image, label: png && json ? { png, json, shapes } : null, card }]
      }),
  )
}

export function fileEntry(path: string, { digest, md5, size }: BlobRef): ManifestEntry {
  return { path, digest: md5, size, blob: digest }
}
