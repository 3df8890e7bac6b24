import { AppError } from '../../../shared/base/app-error.ts'
import type { JsonObject } from '../../../shared/base/json.ts'
import * as objects from '../../../shared/sync/segments-objects.ts'
import type {
  SegmentsDataset,
  SegmentsDatasetDraft,
  SegmentsIssue,
  SegmentsRemote,
} from '../../../shared/sync/segments-remote.ts'
import { normalizeSegmentsUrl, requireDatasetName, segmentsWebUrl } from './address.ts'
import { SegmentsHttp, type SegmentsHttpOptions } from './http.ts'
import { createLabelCalls } from './labels.ts'
import { once } from './once.ts'
import { orNone } from './or-none.ts'
import { part } from './path.ts'
import { rewrite, saysAll } from './rewrite.ts'
import { createSampleCalls } from './samples.ts'
import { uploadAsset } from './upload.ts'

export type SegmentsOptions = SegmentsHttpOptions

/** An answer that goes on beyond so many is none. */
const mostDatasets = 100_000

/** A Segments.ai server with one key. Throws AppError `BAD_REQUEST` on a bad address. */
export function createSegmentsRemote(options: SegmentsOptions): SegmentsRemote {
  const baseUrl = normalizeSegmentsUrl(options.baseUrl)
  const web = segmentsWebUrl(baseUrl)
  const http = new SegmentsHttp({ ...options, baseUrl })
  /** `owner/name` as part of a path. */
  const at = (dataset: string) => {
    const { owner, name } = requireDatasetName(dataset)
    return `${part(owner)}/${part(name)}`
  }
  const get = <T>(path: string, signal: AbortSignal, read: (value: unknown) => T) =>
    http.ask(path, { signal }, read)

  const remote: SegmentsRemote = {
    whoAmI: (signal) => get('/user', signal, objects.readUser),

    async datasets(owner, signal) {
      const path = owner === null ? '/user/datasets/' : `/users/${part(owner)}/datasets/`
      const found = new Map<string, ReturnType<typeof objects.readDataset>>()
      for (let page = 1; ; page++) {
        const list = await orNone(
          get(`${path}?per_page=200&page=${page}`, signal, (value) =>
            objects.readList(value, objects.readDataset),
          ),
        )
        const before = found.size
        for (const one of list ?? []) found.set(one.fullName, one)
        if (found.size === before) break
        if (found.size > mostDatasets) {
          throw new AppError('REMOTE_CORRUPT', 'Segments.ai lists more than 100,000 datasets.', {
            remedy: 'Name the dataset itself.',
          })
        }
      }
      return [...found.values()].sort((a, b) => (a.fullName < b.fullName ? -1 : 1))
    },
    dataset: (dataset, signal) => orNone(get(`/datasets/${at(dataset)}/`, signal, objects.readDataset)),
    async createDataset(draft, signal) {
      const { organization: org } = draft
      const owner = org ?? (await remote.whoAmI(signal)).username
      const name = `${owner}/${draft.name}`
      requireDatasetName(name)
      const path = org === null ? '/user/datasets/' : `/organizations/${part(org)}/datasets/`
      const { it, isNew } = await once(
        () => remote.dataset(name, signal),
        () => create(path, bodyOf(draft), signal, objects.readDataset),
        signal,
      )
      return { dataset: it, isNew }
    },
    updateDataset(dataset, change, signal) {
      const path = `/datasets/${at(dataset)}/`
      return rewrite<SegmentsDataset>(
        http,
        {
          path,
          method: 'PATCH',
          isPacked: false,
          read: objects.readDataset,
          look: (ask) => ask(path, { signal }, objects.readDataset),
          change,
          isWritten: saysAll,
        },
        signal,
      )
    },

    ...createSampleCalls(http, at),
    ...createLabelCalls(http),

    labelsets: (dataset, signal) =>
      get(`/datasets/${at(dataset)}/labelsets/`, signal, (value) =>
        objects.readList(value, objects.readLabelset),
      ),
    async createLabelset(dataset, draft, signal) {
      const path = `/datasets/${at(dataset)}/labelsets/`
      const body = { name: requireName(draft.name), description: draft.description, attributes: '{}' }
      const { it, isNew } = await once(
        () => orNone(get(`${path}${part(draft.name)}/`, signal, objects.readLabelset)),
        () => create(path, body, signal, objects.readLabelset),
        signal,
      )
      return { labelset: it, isNew }
    },

    issues: (dataset, signal) =>
      get(`/datasets/${at(dataset)}/issues/`, signal, (value) => objects.readList(value, objects.readIssue)),
    async addIssue(dataset, sampleUuid, draft, known, signal) {
      const isOurs = (one: SegmentsIssue) =>
        one.sampleUuid === sampleUuid && one.description === draft.description && !known.has(one.uuid)
      let isAsked = false
      const { it } = await once(
        async () => {
          // The first look was the caller's.
          if (!isAsked) return null
          return (await remote.issues(dataset, signal)).find(isOurs) ?? null
        },
        () => {
          isAsked = true
          const path = `/samples/${part(sampleUuid)}/issues/`
          return create(path, { ...draft }, signal, objects.readIssue)
        },
        signal,
      )
      return it
    },
    updateIssue: (uuid, change, signal) =>
      http.ask(
        `/issues/${part(uuid)}/`,
        { method: 'PATCH', body: { ...change } as JsonObject, signal },
        objects.readIssue,
      ),

    releases: (dataset, signal) =>
      get(`/datasets/${at(dataset)}/releases/`, signal, (value) =>
        objects.readList(value, objects.readRelease),
      ),
    release: (dataset, name, signal) =>
      orNone(get(`/datasets/${at(dataset)}/releases/${part(name)}/`, signal, objects.readRelease)),
    async createRelease(dataset, draft, signal) {
      const body = { name: requireName(draft.name), description: draft.description }
      const { it, isNew } = await once(
        () => remote.release(dataset, draft.name, signal),
        () => create(`/datasets/${at(dataset)}/releases/`, body, signal, objects.readRelease),
        signal,
      )
      return { release: it, isNew }
    },

    upload: (file, signal, moved = () => {}) => uploadAsset(http, file, signal, moved),
    receive: (address, into, maxBytes, signal) => http.receive(address, into, maxBytes, signal),

    datasetUrl: (dataset) => `${web}/${at(dataset)}`,
    sampleUrl: (dataset, uuid, labelset = 'ground-truth') =>
      `${web}/${at(dataset)}/samples/${part(uuid)}/${part(labelset)}`,
    releasesUrl: (dataset) => `${web}/${at(dataset)}/releases`,
  }

  /** What the server surely did not do is asked again; of all else the caller looks what came of it. */
  function create<T>(
    path: string,
    body: JsonObject,
    signal: AbortSignal,
    read: (value: unknown) => T,
  ): Promise<T> {
    return http.ask(path, { method: 'POST', body, repeatable: 'if refused', signal }, read)
  }
  return remote
}

/** Names of labelsets and releases stand in paths. Throws AppError `BAD_REQUEST`. */
function requireName(name: string): string {
  if (/^[^/\\\p{Cc}]{1,200}$/u.test(name) && !/^\.+$/.test(name)) return name
  throw new AppError('BAD_REQUEST', `"${name.slice(0, 120)}" cannot be a name at Segments.ai.`, {
    remedy: 'Choose one without slashes, of at most 200 characters.',
  })
}

/** As the platform's own client fills it in. */
function bodyOf(draft: SegmentsDatasetDraft): JsonObject {
  const { metadata = {} } = draft
  return {
    name: draft.name,
    description: draft.description ?? '',
    task_type: draft.taskType,
    task_attributes: draft.taskAttributes,
    category: draft.category ?? 'other',
    public: draft.isPublic ?? false,
    readme: draft.readme ?? '',
    labeling_inactivity_timeout_seconds: 300,
    enable_skip_labeling: true,
    enable_skip_reviewing: false,
    enable_ratings: false,
    enable_interpolation: true,
    enable_same_dimensions_track_constraint: false,
    enable_save_button: false,
    enable_label_status_verified: false,
    enable_3d_cuboid_rotation: false,
    enable_3d_region_of_interest: false,
    enable_confirm_on_submit: false,
    archived: false,
    data_type: 'IMAGE',
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...draft.more,
  }
}
