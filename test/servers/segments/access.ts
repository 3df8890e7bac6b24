import { forbidden, notFound } from './refusal.ts'
import type { Role, SegmentsStore, StoredDataset, StoredSample } from './state.ts'

const ranks: readonly Role[] = ['viewer', 'labeler', 'reviewer', 'manager', 'admin']

/** What somebody may do in a dataset; null when it is as if it were not there. */
export function roleIn(store: SegmentsStore, dataset: StoredDataset, username: string): Role | null {
  if (dataset.owner === username) return 'admin'
  const owner = store.rows('users').get(dataset.owner)
  if (owner?.members[username] === 'administrator') return 'admin'
  return dataset.collaborators[username] ?? (dataset.settings.public === true ? 'viewer' : null)
}

export function datasetFor(
  store: SegmentsStore,
  username: string,
  name: string,
  least: Role = 'viewer',
): StoredDataset {
  const dataset = store.rows('datasets').get(name)
  const role = dataset === undefined ? null : roleIn(store, dataset, username)
  if (dataset === undefined || role === null) throw notFound()
  if (ranks.indexOf(role) < ranks.indexOf(least)) throw forbidden()
  return dataset
}

export function sampleFor(
  store: SegmentsStore,
  username: string,
  uuid: string,
  least: Role = 'viewer',
): { sample: StoredSample; dataset: StoredDataset } {
  const sample = store.rows('samples').get(uuid)
  if (sample === undefined) throw notFound()
  return { sample, dataset: datasetFor(store, username, sample.dataset, least) }
}

export function needLabelset(dataset: StoredDataset, labelset: string): void {
  if (!dataset.labelsets.some(({ name }) => name === labelset)) throw notFound()
}
