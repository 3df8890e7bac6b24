import type { BlobRef } from '../dataset/blob-store.ts'
import type { BlobDigest } from '../dataset/digest.ts'
import { type ManifestEntry, sortEntries } from '../dataset/manifest.ts'
import type { LabelStatus } from '../label/status.ts'
import { datasetFileText } from './dataset-file.ts'

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
  readonly status: LabelStatus
  readonly objectCount: number
}
/** A sample that has a label. */
export type LabeledFiles = SampleFiles & { readonly label: LabelFiles }

export function isLabeled<T extends SampleFiles>(sample: T): sample is T & LabeledFiles {
  return sample.label !== null
}

/** `dataset.json` of `raw_data`. */
export function rawDatasetText(samples: readonly SampleFiles[]): string {
  return datasetFileText({ role: 'raw_data', counts: { images: samples.length } })
}

/** `dataset.json` of `labeled_data`. */
export function labeledDatasetText(labeled: readonly LabeledFiles[]): string {
  const statuses: Partial<Record<LabelStatus, number>> = {}
  let objects = 0
  for (const { label } of labeled) {
    statuses[label.status] = (statuses[label.status] ?? 0) + 1
    objects += label.objectCount
  }
  return datasetFileText({ role: 'labeled_data', counts: { images: labeled.length, objects, statuses } })
}

/** Files of the artifact `raw_data`, sorted. The format page is `docs/formats/artifact.md`. */
export function rawLayout(samples: readonly SampleFiles[], dataset: BlobRef): ManifestEntry[] {
  return sortEntries([entry('dataset.json', dataset), ...samples.map(imageEntry)])
}

/** Whether `labeled_data` has anything to say of a sample. */
export const isDescribed = (sample: SampleFiles): boolean => sample.label !== null || sample.card !== null

/**
 * Files of the artifact `labeled_data`, sorted: what has a label with its image, and every card. Names keep the image's
 * extension: `a.jpg` and `a.png` do not collide.
 */
export function labeledLayout(
  samples: readonly SampleFiles[],
  shared: { readonly dataset: BlobRef; readonly ontology: BlobRef },
): ManifestEntry[] {
  const labeled = samples.filter(isLabeled)
  return sortEntries([
    entry('dataset.json', shared.dataset),
    ...labeled.map(imageEntry),
    ...labeled.flatMap(({ name, label }) => [
      entry(`labels/${name}.json`, label.json),
      entry(`labels/${name}.png`, label.png),
    ]),
    ...samples.flatMap(({ name, card }) => (card ? [entry(`samples/${name}.json`, card)] : [])),
    entry('ontology.json', shared.ontology),
  ])
}

/** Reads layouts back: the blobs of each sample by name. Files that are no sample's are passed over. */
export function samplesOfLayouts(
  raw: readonly ManifestEntry[],
  labeled: readonly ManifestEntry[],
): Map<
  string,
  {
    readonly image: BlobDigest
    readonly label: { png: BlobDigest; json: BlobDigest } | null
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
        return [name, { image, label: png && json ? { png, json } : null, card }]
      }),
  )
}

const imageEntry = ({ name, image }: SampleFiles) => entry(`images/${name}`, image)

function entry(path: string, { digest, md5, size }: BlobRef): ManifestEntry {
  return { path, digest: md5, size, blob: digest }
}
