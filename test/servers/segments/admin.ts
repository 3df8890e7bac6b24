import type { Desk } from './desk.ts'
import type { createLabels } from './labels.ts'
import type { createSamples } from './samples.ts'
import {
  fullName,
  type JsonObject,
  type LabelStatus,
  labelKey,
  type Role,
  type StoredDataset,
  type StoredIssue,
  type StoredLabel,
  type StoredRelease,
  type StoredSample,
} from './state.ts'

/** Datasets are named `owner/name`, samples by their names in them. */
export type Admin = {
  dataset(dataset: string): StoredDataset | undefined
  datasets(): StoredDataset[]
  /** Oldest first. */
  samples(dataset: string): StoredSample[]
  sample(dataset: string, name: string): StoredSample | undefined
  label(dataset: string, sample: string, labelset?: string): StoredLabel | undefined
  issues(dataset: string): StoredIssue[]
  releases(dataset: string): StoredRelease[]
  /** The bytes of an address in the bucket, or null. */
  file(url: string): Buffer | null
  /** Files in the bucket that everybody may read, releases not counted. */
  uploads(): number
  /** Stores a file as an upload does; answers its address. With `isPrivate` only a signed address opens it. */
  putFile(filename: string, bytes: Uint8Array, options?: { isPrivate?: boolean }): string
  addUser(username: string): void
  setRole(dataset: string, username: string, role: Role | null): void
  /** Changes settings, task type or task attributes, as somebody in the web app does. */
  editDataset(dataset: string, changes: Partial<StoredDataset>): void
  addSample(dataset: string, sample: { name: string; url: string } & Partial<StoredSample>): StoredSample
  /** Renames, moves or changes a sample. */
  editSample(dataset: string, name: string, changes: Partial<StoredSample>): StoredSample
  deleteSample(dataset: string, name: string): void
  /** Somebody else (`colleague` unless said) saves a label; where there is none, it is made. */
  editLabel(
    dataset: string,
    sample: string,
    changes: { label_status?: LabelStatus; attributes?: JsonObject | null; score?: number | null },
    by?: { user?: string; labelset?: string },
  ): StoredLabel
  deleteLabel(dataset: string, sample: string, labelset?: string): void
  addIssue(dataset: string, sample: string, description: string, by?: string): StoredIssue
  /** A reply, which no client can send. */
  addComment(issue: string, text: string, by?: string): StoredIssue
  closeIssue(issue: string, by?: string): StoredIssue
  endRelease(dataset: string, name: string, outcome: 'SUCCEEDED' | 'FAILED'): void
}

type Means = Desk & {
  labels: Pick<ReturnType<typeof createLabels>, 'write'>
  samples: Pick<ReturnType<typeof createSamples>, 'uuidNamed' | 'put'>
  dropSample: (uuid: string) => void
}

export function createAdmin({ store, bucket, labels, samples, dropSample }: Means): Admin {
  function must<T>(found: T | undefined, what: string): T {
    if (found === undefined) throw new Error(`the double has no ${what}`)
    return found
  }
  const dataset = (name: string) => store.rows('datasets').get(name)
  const sample = (of: string, name: string) => {
    const uuid = samples.uuidNamed(of, name)
    return uuid === undefined ? undefined : store.rows('samples').get(uuid)
  }
  const sampleThere = (of: string, name: string) => must(sample(of, name), `sample ${name} in ${of}`)
  const datasetThere = (name: string) => must(dataset(name), `dataset ${name}`)
  const issueThere = (uuid: string) => must(store.rows('issues').get(uuid), `issue ${uuid}`)
  return {
    dataset,
    datasets: () => [...store.rows('datasets').values()],
    samples: (of) => [...store.samplesOf(of).values()],
    sample,
    label: (of, name, labelset = 'ground-truth') => {
      const found = sample(of, name)
      return found && store.labelsOf(found.uuid).get(labelset)
    },
    issues: (of) =>
      [...store.rows('issues').values()].filter((one) => store.samplesOf(of).has(one.sample_uuid)),
    releases: (of) => [...store.rows('releases').values()].filter((one) => one.dataset === of),
    file: (url) => {
      const key = bucket.keyOf(url)
      return key === null ? null : store.readObject(key)
    },
    uploads: () => [...store.rows('objects').keys()].filter((key) => key.startsWith('assets/')).length,
    putFile: (filename, bytes, { isPrivate = false } = {}) => {
      const key = `${isPrivate ? 'private' : 'assets/me'}/${store.uuid()}-${filename}`
      bucket.store(key, bucket.typeOf(filename), bytes)
      return bucket.urlOf(key)
    },
    addUser: (username) => {
      const since = { created_at: store.tick(), email: `${username}@example.com` }
      store.put('users', username, { username, ...since, is_organization: false, members: {} })
    },
    setRole: (name, username, role) => {
      const found = datasetThere(name)
      const { [username]: _, ...others } = found.collaborators
      const collaborators = role === null ? others : { ...others, [username]: role }
      store.put('datasets', name, { ...found, collaborators })
    },
    editDataset: (name, changes) => {
      const changed = { ...datasetThere(name), ...changes }
      store.put('datasets', fullName(changed), changed)
    },
    addSample: (of, { name, url, ...more }) => {
      datasetThere(of)
      return samples.put({
        uuid: store.uuid(),
        dataset: of,
        name,
        attributes: { image: { url } },
        metadata: {},
        created_at: store.tick(),
        created_by: 'colleague',
        readme: '',
        assigned_labeler: null,
        assigned_reviewer: null,
        priority: 0,
        ...more,
      })
    },
    editSample: (of, name, changes) => samples.put({ ...sampleThere(of, name), ...changes }),
    deleteSample: (of, name) => dropSample(sampleThere(of, name).uuid),
    editLabel: (of, name, changes, { user = 'colleague', labelset = 'ground-truth' } = {}) =>
      labels.write(sampleThere(of, name), datasetThere(of), labelset, user, changes),
    deleteLabel: (of, name, labelset = 'ground-truth') =>
      store.drop('labels', labelKey(sampleThere(of, name).uuid, labelset)),
    addIssue: (of, name, description, by = 'colleague') => {
      const [uuid, time] = [store.uuid(), store.tick()]
      const issue: StoredIssue = {
        uuid,
        sample_uuid: sampleThere(of, name).uuid,
        description,
        status: 'OPEN',
        anchor: null,
        comments: [],
        created_at: time,
        created_by: by,
        updated_at: time,
        updated_by: by,
      }
      store.put('issues', uuid, issue)
      return issue
    },
    addComment: (uuid, text, by = 'colleague') => {
      const found = issueThere(uuid)
      const time = store.tick()
      const comments = [...found.comments, { created_at: time, created_by: by, text }]
      const issue = { ...found, comments, updated_at: time, updated_by: by }
      store.put('issues', uuid, issue)
      return issue
    },
    closeIssue: (uuid, by = 'colleague') => {
      const now = { status: 'CLOSED' as const, updated_at: store.tick(), updated_by: by }
      const issue = { ...issueThere(uuid), ...now }
      store.put('issues', uuid, issue)
      return issue
    },
    endRelease: (of, name, outcome) => {
      const found = [...store.rows('releases').values()].find(
        (one) => one.dataset === of && one.name === name,
      )
      const release = must(found, `release ${name} in ${of}`)
      store.put('releases', release.uuid, { ...release, outcome, readyAt: 0 })
    },
  }
}
