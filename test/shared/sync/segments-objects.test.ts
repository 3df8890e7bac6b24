import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AppError } from '../../../shared/base/app-error.ts'
import * as objects from '../../../shared/sync/segments-objects.ts'
import { readDatasetName } from '../../../shared/sync/segments-remote.ts'

const readers = {
  user: objects.readUser,
  dataset: objects.readDataset,
  sample: objects.readSample,
  label: objects.readLabel,
  labelset: objects.readLabelset,
  issue: objects.readIssue,
  release: objects.readRelease,
  form: objects.readUploadForm,
}
/** One of each, as the reference prints it, with a key that nobody knows. */
const whole: Record<keyof typeof readers, Record<string, unknown>> = {
  user: { username: 'jane', created_at: 't', is_organization: false, organizations: [], own: 1 },
  dataset: {
    name: 'flowers',
    full_name: 'jane/flowers',
    description: '',
    owner: { username: 'jane', created_at: 't' },
    task_type: 'vector',
    task_attributes: { categories: [{ id: '3', name: 'x' }] },
    label_stats: { TOTAL: 3, odd: 'x' },
    samples_count: '12',
    metadata: {},
    public: false,
    archived: false,
    created_at: 't',
    own: { a: [1] },
  },
  sample: { uuid: 'u-1', name: 'a', metadata: { k: null }, priority: 1.5, created_by: 'jane', own: [] },
  label: {
    sample_uuid: 'u-1',
    labelset: 'ground-truth',
    label_type: 'vector',
    label_status: 'SOMETHING_NEW',
    attributes: { annotations: [{ id: '7', category_id: 1, points: [] }], own: 'x' },
    updated_at: '2026-01-01T00:00:00.000001Z',
    own: 1,
  },
  labelset: { name: 'm', description: null, own: 1 },
  issue: {
    uuid: 'i-1',
    description: 'what?',
    status: 'OPEN',
    comments: [{ text: 'this', created_by: 'bob', created_at: 't', own: 1 }],
    sample_uuid: 'u-1',
    sample_name: 'a',
    own: 1,
  },
  release: { uuid: 'r', name: 'v1', status: 'PENDING', attributes: {}, samples_count: 0, own: 1 },
  form: {
    uuid: 'f',
    filename: 'x',
    url: 'https://f.example/x',
    presignedPostFields: { url: 'u', fields: {} },
  },
}
const kinds = Object.keys(readers) as (keyof typeof readers)[]

it.each(kinds)('reads a %s and keeps every key of it', (kind) => {
  const read = readers[kind](whole[kind])
  if ('raw' in read) expect(read.raw).toBe(whole[kind])
})

it('takes numbers that are written as text, and a status that is new', () => {
  expect(objects.readDataset(whole.dataset)).toMatchObject({
    owner: 'jane',
    samplesCount: 12,
    labelStats: { TOTAL: 3 },
    taskAttributes: whole.dataset.task_attributes,
  })
  expect(objects.readLabel(whole.label).status).toBe('SOMETHING_NEW')
})

it('takes an empty label for none, and a summary for no whole one', () => {
  expect(objects.readLabel({ ...whole.label, attributes: {} }).attributes).toBeNull()
  const listed = objects.readSample({ ...whole.sample, label: { label_status: 'LABELED', score: '0.5' } })
  expect([listed.label?.score, listed.fullLabel]).toEqual([0.5, null])
  const full = objects.readSample({ ...whole.sample, label: { ...whole.label, sample_uuid: undefined } })
  expect(full.fullLabel).toMatchObject({ sampleUuid: 'u-1', attributes: whole.label.attributes })
})

it('prefers the address of a release that is signed', () => {
  const attributes = { url: 'https://a.example', signed_url: 'https://b.example' }
  expect(objects.readRelease({ ...whole.release, attributes }).url).toBe('https://b.example')
  expect(objects.readRelease(whole.release).url).toBeNull()
})

it.each(kinds)('reads any JSON in place of a %s, or says that it cannot', (kind) => {
  const value = fc.oneof(
    fc.jsonValue(),
    // Right but for some of its fields.
    fc.record(
      Object.fromEntries(
        Object.entries(whole[kind]).map(([key, usual]) => [
          key,
          fc.oneof(fc.constant(usual), fc.jsonValue()),
        ]),
      ),
      { requiredKeys: [] },
    ),
  )
  fc.assert(
    fc.property(value, (one) => {
      const before = JSON.stringify(one)
      try {
        readers[kind](one)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
        expect(error).toMatchObject({ code: 'REMOTE_CORRUPT' })
      }
      expect(JSON.stringify(one)).toBe(before)
    }),
    { numRuns: 300 },
  )
})

it('refuses a form whose fields are no texts, are too many or too large', () => {
  const form = (fields: unknown) =>
    objects.readUploadForm({ ...whole.form, presignedPostFields: { url: 'u', fields } })
  expect(form({ key: 'k' }).fields).toEqual({ key: 'k' })
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, '']))
  for (const fields of [null, [], { key: 7 }, { key: null }, many, { key: 'x'.repeat(65_537) }])
    expect(() => form(fields)).toThrow(AppError)
})

it('takes datasets apart at their one slash', () => {
  expect(readDatasetName(' jane/flowers-1.2_x ')).toEqual({ owner: 'jane', name: 'flowers-1.2_x' })
  expect(readDatasetName('jane@work.org/f')).toEqual({ owner: 'jane@work.org', name: 'f' })
  for (const bad of ['jane', 'jane/', '/f', 'a/b/c', './f', 'a/..', 'a b/c', 'a/b?c', 'a/%2e', 'https://x/y'])
    expect(readDatasetName(bad), bad).toBeNull()
})
