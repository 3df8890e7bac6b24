import { decode } from 'fast-png'
import { needLabelset, sampleFor } from './access.ts'
import { created, type Desk, gone, type Handler, ok } from './desk.ts'
import { read } from './fields.ts'
import { invalid, notFound } from './refusal.ts'
import * as shapes from './shapes.ts'
import {
  type JsonObject,
  type LabelStatus,
  labelKey,
  type StoredDataset,
  type StoredLabel,
  type StoredSample,
} from './state.ts'

type Asked = { label_status?: LabelStatus; attributes?: JsonObject | null; score?: number | null }

export function createLabels({ store, bucket, options }: Desk) {
  function find(user: string, [uuid, labelset]: readonly string[], least: 'viewer' | 'labeler') {
    const found = sampleFor(store, user, uuid!, least)
    needLabelset(found.dataset, labelset!)
    return { ...found, labelset: labelset!, label: store.labelsOf(uuid!).get(labelset!) }
  }

  const get: Handler = ({ user, params }) => {
    const { label } = find(user, params, 'viewer')
    if (label === undefined) throw notFound()
    return ok(label)
  }

  const put: Handler = ({ user, params, body }) => {
    const { sample, dataset, labelset } = find(user, params, 'labeler')
    const asked = read(shapes.newLabel(dataset.task_type), body) as Asked
    check(dataset, sample, asked.attributes)
    const whole = { label_status: 'PRELABELED' as const, score: null, ...asked }
    return created(write(sample, dataset, labelset, user, whole))
  }

  const patch: Handler = ({ user, params, body }) => {
    const { sample, dataset, labelset, label } = find(user, params, 'labeler')
    if (label === undefined) throw notFound()
    const asked = read(shapes.changedLabel(dataset.task_type), body) as Asked
    check(dataset, sample, asked.attributes)
    return ok(write(sample, dataset, labelset, user, asked))
  }

  const remove: Handler = ({ user, params }) => {
    const { sample, labelset, label } = find(user, params, 'labeler')
    if (label === undefined) throw notFound()
    store.drop('labels', labelKey(sample.uuid, labelset))
    return gone
  }

  /** Writes what was asked over what is there, as that user; a save is a work unit too. */
  function write(
    sample: StoredSample,
    dataset: StoredDataset,
    labelset: string,
    user: string,
    asked: Asked,
  ): StoredLabel {
    const before = store.labelsOf(sample.uuid).get(labelset)
    const updated_at = store.tick()
    const status = asked.label_status ?? before?.label_status ?? 'PRELABELED'
    const isReview = ['REVIEWED', 'REJECTED', 'VERIFIED'].includes(status) && status !== before?.label_status
    const base: StoredLabel = before ?? {
      sample_uuid: sample.uuid,
      labelset,
      label_type: dataset.task_type,
      label_status: status,
      attributes: null,
      created_at: updated_at,
      created_by: user,
      updated_at,
      updated_by: null,
      score: null,
      rating: null,
      reviewed_at: null,
      reviewed_by: null,
    }
    const review = isReview ? { reviewed_at: updated_at, reviewed_by: user } : {}
    const now = { label_type: dataset.task_type, label_status: status, updated_at, updated_by: user }
    const label = { ...base, ...asked, ...review, ...now }
    store.put('labels', labelKey(sample.uuid, labelset), label)
    const uuid = store.uuid()
    store.put('workunits', uuid, {
      uuid,
      dataset: sample.dataset,
      sample_uuid: sample.uuid,
      created_at: updated_at,
      created_by: user,
      work_type: isReview ? 'review' : 'label',
      next_label_status: status,
    })
    return label
  }

  /** What no schema tells: categories, and the mask. */
  function check(
    dataset: StoredDataset,
    sample: StoredSample,
    attributes: JsonObject | null | undefined,
  ): void {
    if (!attributes || !Array.isArray(attributes.annotations)) return
    const annotations = attributes.annotations as { id: number; category_id: number }[]
    const categories = (dataset.task_attributes.categories ?? []) as { id: number }[]
    const known = new Set(categories.map(({ id }) => id))
    const strange = annotations.find(({ category_id }) => !known.has(category_id))
    if (strange !== undefined)
      throw invalid('attributes', `annotations: There is no category ${strange.category_id}.`)
    const url = (attributes.segmentation_bitmap as { url?: string | null } | undefined)?.url
    const key = url ? bucket.keyOf(url) : null
    if (key !== null) checkMask(sample, key, new Set(annotations.map(({ id }) => id)))
  }

  function checkMask(sample: StoredSample, key: string, ids: ReadonlySet<number>): void {
    const refuse = (why: string) => invalid('attributes', `segmentation_bitmap: ${why}`)
    const object = store.rows('objects').get(key)
    if (object === undefined) throw refuse('There is no such file.')
    if (!options.checksMasks) return
    const mask = decodeMask(store.readObject(key)!)
    if (typeof mask === 'string') throw refuse(mask)
    const image = (sample.attributes?.image as { url?: string } | undefined)?.url
    const shown = store.rows('objects').get((image && bucket.keyOf(image)) || '')
    if (
      shown !== undefined &&
      shown.width > 0 &&
      (shown.width !== mask.width || shown.height !== mask.height)
    )
      throw refuse(
        `The mask is ${mask.width}x${mask.height}, the image ${shown.width}x${shown.height} as it is displayed.`,
      )
    const { pixels } = mask
    let last = 0
    for (let i = 0; i < pixels.length; i++) {
      const value = pixels[i]!
      if (value === last) continue
      last = value
      if (value >>> 24 !== 255) throw refuse('Alpha must be 255 everywhere.')
      const id = value & 0xffffff
      if (id !== 0 && !ids.has(id)) throw refuse(`Object ${id} of the mask has no annotation.`)
    }
  }

  return { write, handlers: { get_label: get, put_label: put, patch_label: patch, delete_label: remove } }
}

/** The pixels of an RGBA mask, each as a little-endian number; else what is wrong with it. */
function decodeMask(bytes: Buffer): { width: number; height: number; pixels: Uint32Array } | string {
  if (bytes.length < 33 || bytes.toString('latin1', 1, 4) !== 'PNG') return 'The mask is no PNG.'
  const [depth, color, interlace] = [bytes[24], bytes[25], bytes[28]]
  if (depth !== 8 || color !== 6 || interlace !== 0)
    return 'The mask must have four channels of 8 bits and no interlacing.'
  try {
    const { width, height, data } = decode(bytes, { checkCrc: true })
    return { width, height, pixels: new Uint32Array(data.buffer, data.byteOffset, width * height) }
  } catch (error) {
    return `The mask cannot be read: ${String(error)}`
  }
}
