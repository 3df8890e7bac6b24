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

/** Files of the artifact `labeled_data`, sorted. Names keep the image's extension: `a.jpg` and `a.png` do not collide. */
export function labeledLayout(
  labeled: readonly LabeledFiles[],
  shared: { readonly dataset: BlobRef; readonly ontology: BlobRef },
): ManifestEntry[] {
  return sortEntries([
    entry('dataset.json', shared.dataset),
    ...labeled.map(imageEntry),
    ...labeled.flatMap(({ name, label }) => [
      entry(`labels/${name}.json`, label.json),
      entry(`labels/${name}.png`, label.png),
    ]),
    entry('ontology.json', shared.ontology),
  ])
}

/** Reads layouts back: the blobs of each sample by name. Files that are no sample's are passed over. */
export function samplesOfLayouts(
  raw: readonly ManifestEntry[],
  labeled: readonly ManifestEntry[],
): Map<string, { readonly image: BlobDigest; readonly label: { png: BlobDigest; json: BlobDigest } | null }> {
  const labels = new Map(
    labeled.filter(({ path }) => path.startsWith('labels/')).map(({ path, blob }) => [path, blob]),
  )
  return new Map(
    raw
      .filter(({ path }) => path.startsWith('images/'))
      .map(({ path, blob: image }) => {
        const name = path.slice('images/'.length)
        const [png, json] = [labels.get(`labels/${name}.png`), labels.get(`labels/${name}.json`)]
        return [name, { image, label: png && json ? { png, json } : null }]
      }),
  )
}

const imageEntry = ({ name, image }: SampleFiles) => entry(`images/${name}`, image)

function entry(path: string, { digest, md5, size }: BlobRef): ManifestEntry {
  return { path, digest: md5, size, blob: digest }
}
