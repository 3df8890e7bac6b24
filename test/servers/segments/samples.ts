import { datasetFor, needLabelset, roleIn, sampleFor } from './access.ts'
import { allow, created, type Desk, flag, gone, type Handler, ok, page } from './desk.ts'
import { read, readEach } from './fields.ts'
import { forbidden, invalid, Refusal } from './refusal.ts'
import type { NewSample } from './shapes.ts'
import * as shapes from './shapes.ts'
import {
  fullName,
  type JsonObject,
  type StoredDataset,
  type StoredLabel,
  type StoredSample,
} from './state.ts'
import type { Views } from './views.ts'

type Order = (a: StoredSample, b: StoredSample) => number
const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export function createSamples({ store, options }: Desk, views: Views, dropSample: (uuid: string) => void) {
  /** By name, for datasets that were asked for by name; kept up by whoever writes a sample. */
  const named = new Map<string, Map<string, string>>()
  function uuidNamed(dataset: string, name: string): string | undefined {
    let names = named.get(dataset)
    if (names === undefined) {
      names = new Map()
      for (const sample of store.samplesOf(dataset).values()) names.set(sample.name, sample.uuid)
      named.set(dataset, names)
    }
    const uuid = names.get(name)
    const isStill = uuid !== undefined && store.rows('samples').get(uuid)?.name === name
    return isStill && store.samplesOf(dataset).has(uuid) ? uuid : undefined
  }

  function put(sample: StoredSample): StoredSample {
    uuidNamed(sample.dataset, sample.name)
    named.get(sample.dataset)!.set(sample.name, sample.uuid)
    store.put('samples', sample.uuid, sample)
    return sample
  }

  /** Who is assigned must be one who may work on it. */
  function checkAssigned(
    dataset: StoredDataset,
    asked: Pick<NewSample, 'assigned_labeler' | 'assigned_reviewer'>,
  ): void {
    for (const field of ['assigned_labeler', 'assigned_reviewer'] as const) {
      const username = asked[field]
      if (username === undefined || username === null) continue
      const role = store.rows('users').has(username) ? roleIn(store, dataset, username) : null
      if (role === null || role === 'viewer')
        throw invalid(field, `Object with username=${username} does not exist.`)
    }
  }

  function make(dataset: StoredDataset, user: string, asked: NewSample): StoredSample {
    return put({
      uuid: store.uuid(),
      dataset: fullName(dataset),
      name: asked.name,
      attributes: asked.attributes as JsonObject,
      metadata: asked.metadata ?? {},
      created_at: store.tick(),
      created_by: user,
      readme: asked.readme ?? '',
      assigned_labeler: asked.assigned_labeler ?? null,
      assigned_reviewer: asked.assigned_reviewer ?? null,
      priority: asked.priority ?? 0,
    })
  }

  const create: Handler = ({ user, params, body }) => {
    const dataset = datasetFor(store, user, `${params[0]}/${params[1]}`, 'admin')
    const asked = read(shapes.newSample(dataset.task_type), body)
    if (uuidNamed(fullName(dataset), asked.name) !== undefined)
      throw invalid('name', `A sample with the name "${asked.name}" already exists.`)
    checkAssigned(dataset, asked)
    return created(views.sample(make(dataset, user, asked)))
  }

  const createMany: Handler = ({ user, params, body }) => {
    const dataset = datasetFor(store, user, `${params[0]}/${params[1]}`, 'admin')
    const asked = readEach(shapes.newSample(dataset.task_type), body)
    for (const one of asked) checkAssigned(dataset, one)
    const made = asked.map((one) => {
      const uuid = uuidNamed(fullName(dataset), one.name)
      return uuid === undefined ? make(dataset, user, one) : store.rows('samples').get(uuid)!
    })
    return created(made.map((sample) => views.sample(sample)))
  }

  const deleteMany: Handler = ({ user, params, body }) => {
    const dataset = datasetFor(store, user, `${params[0]}/${params[1]}`, 'admin')
    const { uuids } = read(shapes.doomedSamples, body)
    const there = [...new Set(uuids)].filter((uuid) => store.samplesOf(fullName(dataset)).has(uuid))
    for (const uuid of there) dropSample(uuid)
    return ok({ deleted_count: there.length })
  }

  /** Where a database puts what has no value: last going up, first going down. */
  const groundTruthTime = ({ uuid }: StoredSample) =>
    store.labelsOf(uuid).get('ground-truth')?.updated_at ?? '~'
  const orders: Record<string, Order> = {
    name: (a, b) => byText(a.name, b.name),
    created_at: (a, b) => byText(a.created_at, b.created_at),
    priority: (a, b) => a.priority - b.priority,
    gt_label__updated_at: (a, b) => byText(groundTruthTime(a), groundTruthTime(b)),
  }

  function orderOf(sort: string): Order {
    const isDown = sort.startsWith('-')
    const order = orders[isDown ? sort.slice(1) : sort]
    if (order === undefined) throw new Refusal(400, { sort: [`"${sort}" is not a valid choice.`] })
    return (a, b) => (isDown ? -order(a, b) : order(a, b)) || byText(a.uuid, b.uuid)
  }

  /** `key:value,key:value`: all must hold, as text. */
  function metadataFilter(filters: string): (sample: StoredSample) => boolean {
    const pairs = filters.split(',').map((pair) => {
      const at = pair.indexOf(':')
      if (at < 1) throw new Refusal(400, { filters: [`"${pair}" is no key:value.`] })
      return [pair.slice(0, at), pair.slice(at + 1)] as const
    })
    return ({ metadata }) =>
      pairs.every(([key, value]) => {
        const found = Object.hasOwn(metadata, key) ? metadata[key] : undefined
        return found !== undefined && (typeof found === 'string' ? found : JSON.stringify(found)) === value
      })
  }

  const list: Handler = ({ user, params, query }) => {
    const dataset = datasetFor(store, user, `${params[0]}/${params[1]}`)
    const known = ['labelset', 'include_full_label', 'name__contains', 'filters', 'label_status', 'sort']
    allow(query, 'per_page', 'page', ...known)
    const labelset = query.get('labelset')
    const isFull = flag(query, 'include_full_label')
    if (labelset !== null) needLabelset(dataset, labelset)
    else if (isFull) throw new Refusal(400, { labelset: ['This field is required.'] })
    const labelOf = ({ uuid }: StoredSample) => store.labelsOf(uuid).get(labelset ?? 'ground-truth')
    const statuses = query.get('label_status')?.split(',')
    for (const status of statuses ?? [])
      if (!(shapes.labelStatuses as readonly string[]).includes(status))
        throw new Refusal(400, { label_status: [`"${status}" is not a valid choice.`] })
    const contains = query.get('name__contains') ?? ''
    const filters = query.get('filters')
    const fits = filters === null ? () => true : metadataFilter(filters)
    const found = [...store.samplesOf(fullName(dataset)).values()]
      .filter((sample) => sample.name.includes(contains) && fits(sample))
      .filter((sample) => !statuses || statuses.includes(labelOf(sample)?.label_status ?? 'UNLABELED'))
      .sort(orderOf(query.get('sort') ?? 'name'))
    const shown = (label: StoredLabel | undefined) =>
      label && !isFull ? views.summary(label) : (label ?? null)
    return ok(
      page(found, query, options.maxPerPage).map((sample) => ({
        ...views.sample(sample),
        ...(labelset === null ? {} : { label: shown(labelOf(sample)) }),
      })),
    )
  }

  const get: Handler = ({ user, params, query }) => {
    const { sample, dataset } = sampleFor(store, user, params[0]!)
    allow(query, 'labelset', 'include_signed_urls')
    const labelset = query.get('labelset')
    if (labelset !== null) needLabelset(dataset, labelset)
    const label = labelset === null ? {} : { label: store.labelsOf(sample.uuid).get(labelset) ?? null }
    const signed = flag(query, 'include_signed_urls')
    return ok({ ...views.sample(sample, { signed }), dataset_full_name: sample.dataset, ...label })
  }

  const update: Handler = ({ user, params, body }) => {
    const { sample, dataset } = sampleFor(store, user, params[0]!, 'manager')
    const asked = read(shapes.changedSample(dataset.task_type), body)
    const isSmall = Object.keys(asked).every((key) => /^(priority|assigned_)/.test(key))
    if (!isSmall && roleIn(store, dataset, user) !== 'admin') throw forbidden()
    checkAssigned(dataset, asked)
    const other = asked.name === undefined ? undefined : uuidNamed(sample.dataset, asked.name)
    if (other !== undefined && other !== sample.uuid)
      throw invalid('name', `A sample with the name "${asked.name}" already exists.`)
    const changed = put({ ...sample, ...(asked as Partial<StoredSample>) })
    return ok({ ...views.sample(changed), dataset_full_name: changed.dataset })
  }

  const remove: Handler = ({ user, params }) => {
    dropSample(sampleFor(store, user, params[0]!, 'admin').sample.uuid)
    return gone
  }

  return {
    uuidNamed,
    put,
    handlers: {
      create_sample: create,
      create_samples: createMany,
      delete_samples: deleteMany,
      list_samples: list,
      get_sample: get,
      update_sample: update,
      delete_sample: remove,
    },
  }
}
