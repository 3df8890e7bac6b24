import type { Desk } from './desk.ts'
import {
  fullName,
  type Json,
  type JsonObject,
  type StoredDataset,
  type StoredIssue,
  type StoredLabel,
  type StoredRelease,
  type StoredSample,
} from './state.ts'

/** What is answered about a thing that is stored. */
export function createViews({ store, bucket }: Desk, now: () => number) {
  function user(username: string) {
    const { members, ...stored } = store.rows('users').get(username)!
    return stored.is_organization
      ? { ...stored, members: Object.keys(members).map((name) => brief(name)) }
      : stored
  }

  const brief = (username: string) => {
    const found = store.rows('users').get(username)
    return {
      username,
      created_at: found?.created_at ?? '2020-01-01T00:00:00.000000Z',
      is_organization: found?.is_organization ?? false,
    }
  }

  function stats(dataset: StoredDataset) {
    const counts: Record<string, number> = {}
    const samples = store.samplesOf(fullName(dataset))
    for (const uuid of samples.keys()) {
      const status = store.labelsOf(uuid).get('ground-truth')?.label_status ?? 'UNLABELED'
      counts[status] = (counts[status] ?? 0) + 1
    }
    return { ...counts, TOTAL: samples.size }
  }

  function dataset(stored: StoredDataset, role: string | null) {
    const { owner, name, created_at, cloned_from, task_type, task_attributes, settings } = stored
    const { username, created_at: since } = brief(owner)
    return {
      name,
      full_name: fullName(stored),
      cloned_from,
      owner: { username, created_at: since },
      created_at,
      task_type,
      task_attributes,
      ...settings,
      label_stats: stats(stored),
      samples_count: store.samplesOf(fullName(stored)).size,
      collaborators_count: Object.keys(stored.collaborators).length,
      labelsets: stored.labelsets,
      role,
    }
  }

  const collaborator = ({ collaborators }: StoredDataset, username: string) => ({
    user: brief(username),
    role: collaborators[username]!,
  })

  const summary = ({ label_status, score, updated_at, created_by, reviewed_by }: StoredLabel) => ({
    label_status,
    score,
    updated_at,
    created_by,
    reviewed_by,
  })

  function sample({ dataset: _, ...stored }: StoredSample, how: { signed?: boolean } = {}) {
    const attributes = how.signed ? signed(stored.attributes) : stored.attributes
    return { ...stored, attributes }
  }

  /** The same with a signed address beside every address in the bucket. */
  function signed(value: Json): Json {
    if (Array.isArray(value)) return value.map(signed)
    if (value === null || typeof value !== 'object') return value
    const copy: JsonObject = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, signed(v)]))
    const key = typeof value.url === 'string' ? bucket.keyOf(value.url) : null
    return key === null ? copy : { ...copy, signed_url: bucket.signedUrlOf(key) }
  }

  const issue = (stored: StoredIssue) => ({
    ...stored,
    sample_name: store.rows('samples').get(stored.sample_uuid)?.name ?? '',
  })

  function release({
    uuid,
    name,
    description,
    created_at,
    samples_count,
    readyAt,
    outcome,
    key,
  }: StoredRelease) {
    const isPending = outcome === 'STUCK' || now() < readyAt
    const status = isPending ? 'PENDING' : outcome
    return {
      uuid,
      name,
      description,
      release_type: 'JSON',
      attributes: status === 'SUCCEEDED' ? { url: bucket.urlOf(key) } : {},
      status,
      created_at,
      samples_count,
    }
  }

  return { user, dataset, collaborator, summary, sample, issue, release }
}
export type Views = ReturnType<typeof createViews>
