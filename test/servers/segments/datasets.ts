import { datasetFor, roleIn } from './access.ts'
import { allow, type Call, created, type Desk, gone, type Handler, ok, page } from './desk.ts'
import { read } from './fields.ts'
import { forbidden, invalid, notFound, Refusal } from './refusal.ts'
import * as shapes from './shapes.ts'
import { fullName, type JsonObject, labelKey, type StoredDataset } from './state.ts'
import type { Views } from './views.ts'

/** What a dataset is made of where its maker says nothing. */
const defaults: JsonObject = {
  description: '',
  category: 'other',
  public: false,
  archived: false,
  readme: '',
  metadata: {},
  labeling_inactivity_timeout_seconds: 300,
  enable_skip_labeling: true,
  enable_skip_reviewing: false,
  enable_ratings: false,
  enable_interpolation: true,
  use_timestamps_for_interpolation: false,
  enable_same_dimensions_track_constraint: false,
  enable_save_button: false,
  enable_label_status_verified: false,
  enable_3d_cuboid_rotation: false,
  enable_3d_region_of_interest: false,
  enable_confirm_on_submit: false,
  enable_object_linking: false,
  enable_object_link_category_restrictions: false,
  enable_extrapolation: false,
  noncollaborator_can_label: false,
  noncollaborator_can_review: false,
  region_of_interest: null,
}
const defaultTask: JsonObject = { format_version: '0.1', categories: [{ id: 1, name: 'object' }] }

/** Users, datasets, their collaborators and labelsets. */
export function createDatasets({ store, options }: Desk, views: Views) {
  const view = (dataset: StoredDataset, user: string) => views.dataset(dataset, roleIn(store, dataset, user))
  const put = (dataset: StoredDataset) => store.put('datasets', fullName(dataset), dataset)
  const nameOf = ({ params }: Call) => `${params[0]}/${params[1]}`

  const getUser: Handler = ({ user, params }) => {
    const username = params[0] ?? user
    if (!store.rows('users').has(username)) throw notFound()
    return ok(views.user(username))
  }

  const list: Handler = ({ user, params, query }) => {
    allow(query, 'per_page', 'page')
    const owner = params[0] ?? null
    if (owner !== null && !store.rows('users').has(owner)) throw notFound()
    const all = [...store.rows('datasets').values()]
      .filter((dataset) => {
        const role = roleIn(store, dataset, user)
        if (owner !== null) return dataset.owner === owner && role !== null
        return (
          role !== null &&
          (dataset.owner === user || dataset.collaborators[user] !== undefined || role === 'admin')
        )
      })
      .sort((a, b) => (fullName(a) < fullName(b) ? -1 : 1))
    return ok(page(all, query, options.maxPerPage).map((dataset) => view(dataset, user)))
  }

  function make(user: string, owner: string, name: string, more: Partial<StoredDataset>): StoredDataset {
    if (store.rows('datasets').has(`${owner}/${name}`))
      throw invalid('name', `A dataset with the name "${name}" already exists.`)
    const created_at = store.tick()
    const groundTruth = { name: 'ground-truth', description: '', is_groundtruth: true, created_at }
    const collaborators = owner === user ? {} : { [user]: 'admin' as const }
    const base = { cloned_from: null, task_type: 'segmentation-bitmap', task_attributes: defaultTask }
    const stored = { settings: defaults, labelsets: [groundTruth], collaborators, ...base, ...more }
    const dataset: StoredDataset = { ...stored, owner, name, created_at }
    put(dataset)
    return dataset
  }

  /** The user, or an organization in which they may make datasets. */
  function ownerFor(user: string, owner: string): string {
    if (owner === user) return owner
    const organization = store.rows('users').get(owner)
    if (organization === undefined || !organization.is_organization) throw notFound()
    if (organization.members[user] === undefined) throw forbidden()
    if (organization.members[user] !== 'administrator')
      throw new Refusal(403, { detail: 'You need to be an administrator of the organization.' })
    return owner
  }

  const create: Handler = ({ user, params, body }) => {
    const owner = ownerFor(user, params[0] ?? user)
    const { name, data_type: _, task_type, task_attributes, ...settings } = read(shapes.newDataset, body)
    const more: Partial<StoredDataset> = { settings: { ...defaults, ...(settings as JsonObject) } }
    if (task_type !== undefined) more.task_type = task_type
    if (task_attributes !== undefined) more.task_attributes = task_attributes as JsonObject
    return created(view(make(user, owner, name, more), user))
  }

  const get: Handler = (call) => {
    allow(call.query)
    return ok(view(datasetFor(store, call.user, nameOf(call)), call.user))
  }

  const update: Handler = (call) => {
    const dataset = datasetFor(store, call.user, nameOf(call), 'admin')
    const { task_type, task_attributes, ...settings } = read(shapes.changedDataset, call.body)
    const changed = {
      ...dataset,
      task_type: task_type ?? dataset.task_type,
      task_attributes: (task_attributes as JsonObject | undefined) ?? dataset.task_attributes,
      settings: { ...dataset.settings, ...(settings as JsonObject) },
    }
    put(changed)
    return ok(view(changed, call.user))
  }

  const remove: Handler = (call) => {
    const dataset = datasetFor(store, call.user, nameOf(call), 'admin')
    const name = fullName(dataset)
    for (const uuid of [...store.samplesOf(name).keys()]) dropSample(uuid)
    for (const table of ['releases', 'workunits'] as const)
      for (const [key, row] of [...store.rows(table)]) if (row.dataset === name) store.drop(table, key)
    store.drop('datasets', name)
    return gone
  }

  /** A sample, and all that hangs on it. */
  function dropSample(uuid: string): void {
    for (const labelset of [...store.labelsOf(uuid).keys()]) store.drop('labels', labelKey(uuid, labelset))
    for (const [key, issue] of [...store.rows('issues')])
      if (issue.sample_uuid === uuid) store.drop('issues', key)
    store.drop('samples', uuid)
  }

  const clone: Handler = (call) => {
    const from = datasetFor(store, call.user, nameOf(call))
    if (from.settings.public !== true) datasetFor(store, call.user, nameOf(call), 'admin')
    const asked = read(shapes.clone, call.body)
    const owner = ownerFor(call.user, asked.owner ?? call.user)
    const labelsets = asked.clone_labels ? from.labelsets : from.labelsets.filter((one) => one.is_groundtruth)
    const dataset = make(call.user, owner, asked.name, {
      cloned_from: fullName(from),
      task_type: asked.task_type ?? from.task_type,
      task_attributes: from.task_attributes,
      settings: { ...from.settings, public: asked.public ?? from.settings.public ?? false },
      labelsets,
    })
    for (const sample of store.samplesOf(fullName(from)).values()) {
      const uuid = store.uuid()
      const own = { uuid, dataset: fullName(dataset), created_at: store.tick(), created_by: call.user }
      store.put('samples', uuid, { ...sample, ...own, assigned_labeler: null, assigned_reviewer: null })
      for (const label of asked.clone_labels ? store.labelsOf(sample.uuid).values() : []) {
        const copy = { ...label, sample_uuid: uuid, label_type: dataset.task_type, updated_at: store.tick() }
        store.put('labels', labelKey(uuid, label.labelset), copy)
      }
    }
    return created(view(dataset, call.user))
  }

  const addCollaborator: Handler = (call) => {
    const dataset = datasetFor(store, call.user, nameOf(call), 'manager')
    const { user, role } = read(shapes.newCollaborator, call.body)
    const found = store.rows('users').get(user)
    if (found === undefined) throw invalid('user', `Object with username=${user} does not exist.`)
    if (found.is_organization || user === dataset.owner)
      throw new Refusal(400, { detail: `User ${user} cannot be added as collaborator.` })
    if (dataset.collaborators[user] !== undefined)
      throw new Refusal(400, { detail: `User ${user} is already a collaborator.` })
    needRank(call, dataset, role)
    const changed = { ...dataset, collaborators: { ...dataset.collaborators, [user]: role } }
    put(changed)
    return created(views.collaborator(changed, user))
  }

  /** Who is no administrator makes none. */
  function needRank({ user }: Call, dataset: StoredDataset, role: string): void {
    if (role === 'admin' && roleIn(store, dataset, user) !== 'admin') throw forbidden()
  }

  function collaboratorOf(call: Call, least: 'viewer' | 'manager') {
    const dataset = datasetFor(store, call.user, nameOf(call), least)
    const username = call.params[2]!
    if (dataset.collaborators[username] === undefined) throw notFound()
    return { dataset, username }
  }

  const getCollaborator: Handler = (call) => {
    const { dataset, username } = collaboratorOf(call, 'viewer')
    return ok(views.collaborator(dataset, username))
  }

  const updateCollaborator: Handler = (call) => {
    const { dataset, username } = collaboratorOf(call, 'manager')
    const { role } = read(shapes.changedCollaborator, call.body)
    needRank(call, dataset, role)
    const changed = { ...dataset, collaborators: { ...dataset.collaborators, [username]: role } }
    put(changed)
    return ok(views.collaborator(changed, username))
  }

  const deleteCollaborator: Handler = (call) => {
    const { dataset, username } = collaboratorOf(call, 'manager')
    const { [username]: _, ...collaborators } = dataset.collaborators
    put({ ...dataset, collaborators })
    return gone
  }

  const listLabelsets: Handler = (call) => ok(datasetFor(store, call.user, nameOf(call)).labelsets)

  const createLabelset: Handler = (call) => {
    const dataset = datasetFor(store, call.user, nameOf(call), 'admin')
    const { name, description } = read(shapes.newLabelset, call.body)
    if (dataset.labelsets.some((one) => one.name === name))
      throw invalid('name', `A labelset with the name "${name}" already exists.`)
    const made = { name, description, is_groundtruth: false, created_at: store.tick() }
    put({ ...dataset, labelsets: [...dataset.labelsets, made] })
    return created(made)
  }

  function labelsetOf(call: Call, least: 'viewer' | 'admin') {
    const dataset = datasetFor(store, call.user, nameOf(call), least)
    const labelset = dataset.labelsets.find(({ name }) => name === call.params[2])
    if (labelset === undefined) throw notFound()
    return { dataset, labelset }
  }

  const getLabelset: Handler = (call) => ok(labelsetOf(call, 'viewer').labelset)

  const deleteLabelset: Handler = (call) => {
    const { dataset, labelset } = labelsetOf(call, 'admin')
    if (labelset.is_groundtruth)
      throw new Refusal(400, { detail: 'The ground-truth labelset cannot be deleted.' })
    for (const uuid of store.samplesOf(fullName(dataset)).keys())
      if (store.labelsOf(uuid).has(labelset.name)) store.drop('labels', labelKey(uuid, labelset.name))
    put({ ...dataset, labelsets: dataset.labelsets.filter((one) => one !== labelset) })
    return gone
  }

  return {
    dropSample,
    handlers: {
      get_user: getUser,
      list_datasets: list,
      create_dataset: create,
      get_dataset: get,
      update_dataset: update,
      delete_dataset: remove,
      clone_dataset: clone,
      add_collaborator: addCollaborator,
      get_collaborator: getCollaborator,
      update_collaborator: updateCollaborator,
      delete_collaborator: deleteCollaborator,
      list_labelsets: listLabelsets,
      create_labelset: createLabelset,
      get_labelset: getLabelset,
      delete_labelset: deleteLabelset,
    },
  }
}
