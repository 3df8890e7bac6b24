import { datasetFor, roleIn, sampleFor } from './access.ts'
import { allow, created, type Desk, flag, gone, type Handler, ok, page } from './desk.ts'
import { read } from './fields.ts'
import { forbidden, invalid, notFound, Refusal } from './refusal.ts'
import * as shapes from './shapes.ts'
import {
  fullName,
  type JsonObject,
  type StoredDataset,
  type StoredIssue,
  type StoredRelease,
} from './state.ts'
import type { Views } from './views.ts'

/** Issues, releases, work units and the names of files to come. */
export function createReviews({ store, bucket, options }: Desk, views: Views, now: () => number) {
  const listIssues: Handler = ({ user, params, query }) => {
    allow(query)
    const dataset = fullName(datasetFor(store, user, `${params[0]}/${params[1]}`))
    const samples = store.samplesOf(dataset)
    return ok(
      [...store.rows('issues').values()].filter((one) => samples.has(one.sample_uuid)).map(views.issue),
    )
  }

  const createIssue: Handler = ({ user, params, body }) => {
    const { sample } = sampleFor(store, user, params[0]!, 'labeler')
    const { description, status, anchor } = read(shapes.newIssue, body)
    const [uuid, time] = [store.uuid(), store.tick()]
    const issue: StoredIssue = {
      uuid,
      sample_uuid: sample.uuid,
      description,
      status: status ?? 'OPEN',
      anchor: (anchor as JsonObject | null | undefined) ?? null,
      comments: [],
      created_at: time,
      created_by: user,
      updated_at: time,
      updated_by: user,
    }
    store.put('issues', uuid, issue)
    return created(views.issue(issue))
  }

  /** Its author may change it, and who manages the dataset. */
  function issueFor(user: string, uuid: string): StoredIssue {
    const issue = store.rows('issues').get(uuid)
    if (issue === undefined) throw notFound()
    const { dataset } = sampleFor(store, user, issue.sample_uuid)
    const isManager = ['manager', 'admin'].includes(roleIn(store, dataset, user)!)
    if (!isManager && issue.created_by !== user) throw forbidden()
    return issue
  }

  const updateIssue: Handler = ({ user, params, body }) => {
    const issue = issueFor(user, params[0]!)
    const asked = read(shapes.changedIssue, body) as Partial<StoredIssue>
    const changed = { ...issue, ...asked, updated_at: store.tick(), updated_by: user }
    store.put('issues', issue.uuid, changed)
    return ok(views.issue(changed))
  }

  const deleteIssue: Handler = ({ user, params }) => {
    store.drop('issues', issueFor(user, params[0]!).uuid)
    return gone
  }

  const releasesOf = (dataset: StoredDataset) =>
    [...store.rows('releases').values()].filter((one) => one.dataset === fullName(dataset))

  const listReleases: Handler = ({ user, params, query }) => {
    allow(query)
    return ok(releasesOf(datasetFor(store, user, `${params[0]}/${params[1]}`)).map(views.release))
  }

  const createRelease: Handler = ({ user, params, body }) => {
    const dataset = datasetFor(store, user, `${params[0]}/${params[1]}`, 'admin')
    const { name, description = '' } = read(shapes.newRelease, body)
    if (releasesOf(dataset).some((one) => one.name === name))
      throw invalid('name', `A release with the name "${name}" already exists.`)
    const [uuid, created_at] = [store.uuid(), store.tick()]
    const key = `releases/${uuid}.json`
    const release: StoredRelease = {
      uuid,
      dataset: fullName(dataset),
      name,
      description,
      created_at,
      samples_count: store.samplesOf(fullName(dataset)).size,
      readyAt: now() + options.releaseMs,
      outcome: 'SUCCEEDED',
      key,
    }
    bucket.store(key, 'application/json', Buffer.from(JSON.stringify(contentOf(dataset, release))))
    store.put('releases', uuid, release)
    return created(views.release(release))
  }

  /** What the file of a release holds: all of the dataset at this moment. */
  function contentOf(dataset: StoredDataset, { name, description, created_at }: StoredRelease): JsonObject {
    const labelsets = dataset.labelsets.map((one) => ({ name: one.name, description: one.description }))
    const samples = [...store.samplesOf(fullName(dataset)).values()].map((sample) => {
      const labels: JsonObject = {}
      for (const labelset of labelsets) {
        const found = store.labelsOf(sample.uuid).get(labelset.name)
        if (found === undefined) {
          labels[labelset.name] = null
          continue
        }
        const { label_status, attributes, score } = found
        const times = {
          created_at: found.created_at,
          created_by: found.created_by,
          updated_at: found.updated_at,
        }
        labels[labelset.name] = { label_status, attributes, ...times, score }
      }
      const { uuid, name: called, metadata, attributes } = sample
      return { uuid, name: called, metadata, attributes, labels }
    })
    return {
      name,
      description,
      // Unlike every other time of this server.
      created_at: created_at.replace('T', ' ').replace('Z', '+00:00'),
      dataset: {
        name: dataset.name,
        owner: dataset.owner,
        description: dataset.settings.description ?? '',
        task_type: dataset.task_type,
        task_attributes: dataset.task_attributes,
        labelsets,
        samples,
      },
    }
  }

  function releaseFor(user: string, params: readonly string[], least: 'viewer' | 'admin'): StoredRelease {
    const dataset = datasetFor(store, user, `${params[0]}/${params[1]}`, least)
    const release = releasesOf(dataset).find(({ name }) => name === params[2])
    if (release === undefined) throw notFound()
    return release
  }

  const getRelease: Handler = ({ user, params }) => ok(views.release(releaseFor(user, params, 'viewer')))

  const deleteRelease: Handler = ({ user, params }) => {
    const release = releaseFor(user, params, 'admin')
    store.drop('releases', release.uuid)
    store.dropObject(release.key)
    return gone
  }

  const listWorkunits: Handler = ({ user, params, query }) => {
    const dataset = fullName(datasetFor(store, user, `${params[0]}/${params[1]}`))
    allow(query, 'per_page', 'page', 'sort', 'start', 'end', 'include_session_time_metrics')
    const sort = query.get('sort') ?? '-created_at'
    if (sort !== 'created_at' && sort !== '-created_at')
      throw new Refusal(400, { sort: [`"${sort}" is not a valid choice.`] })
    const [start, end] = [query.get('start') ?? '', query.get('end') ?? '~']
    const metrics = flag(query, 'include_session_time_metrics') ? { session_time_metrics: {} } : {}
    const found = [...store.rows('workunits').values()]
      .filter((one) => one.dataset === dataset && one.created_at >= start && one.created_at <= end)
      .sort((a, b) => (a.created_at < b.created_at === (sort === 'created_at') ? -1 : 1))
    return ok(
      page(found, query, options.maxPerPage).map(({ dataset: _, ...unit }) => ({
        ...unit,
        time: 0,
        inactive_time: 0,
        sample_name: store.rows('samples').get(unit.sample_uuid)?.name ?? '',
        ...metrics,
      })),
    )
  }

  const createAsset: Handler = ({ user, body }) => {
    const { filename } = read(shapes.newAsset, body)
    const uuid = store.uuid()
    const dot = filename.lastIndexOf('.')
    const key = `assets/${user}/${uuid}${dot > 0 ? filename.slice(dot) : ''}`
    return created({
      uuid,
      filename,
      url: bucket.urlOf(key),
      created_at: store.tick(),
      presignedPostFields: bucket.presign(key, filename),
    })
  }

  return {
    handlers: {
      list_issues: listIssues,
      create_issue: createIssue,
      update_issue: updateIssue,
      delete_issue: deleteIssue,
      list_releases: listReleases,
      create_release: createRelease,
      get_release: getRelease,
      delete_release: deleteRelease,
      list_workunits: listWorkunits,
      create_asset: createAsset,
    },
  }
}
