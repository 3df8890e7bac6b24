import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { type LabelFile, labelFileText, parseLabelFile } from '../../../shared/formats/label-file.ts'
import {
  parseRevisionRecord,
  type RevisionRecord,
  revisionRecordText,
} from '../../../shared/formats/revision-record.ts'
import { statuses } from '../../../shared/label/status.ts'

describe('a label file', () => {
  const attribute = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.boolean(),
    fc.constant(null),
  )
  const objects = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 0xff_ff_ff }),
      categoryId: fc.integer({ min: 1, max: 4096 }),
      attributes: fc.dictionary(
        fc.string({ unit: 'binary', maxLength: 20 }).filter((key) => key !== '__proto__'),
        attribute,
        { noNullPrototype: true },
      ),
    }),
    { selector: ({ id }) => id },
  )

  it('says what is locked, and of the rest nothing', () => {
    const label: LabelFile = {
      width: 4,
      height: 3,
      status: 'labeled',
      objects: [
        { id: 1, categoryId: 2, attributes: {}, locked: true },
        { id: 2, categoryId: 2, attributes: {} },
      ],
    }
    const text = labelFileText(label)
    expect(text).toContain('{"attributes":{},"category_id":2,"id":1,"locked":true}')
    expect(text).toContain('{"attributes":{},"category_id":2,"id":2}')
    expect(parseLabelFile(text)).toEqual(label)
    expect(() => parseLabelFile(text.replace('true', 'false'))).toThrow(/locked/)
  })

  it('is canonical JSON, reads back as it was, and is the same for any order of its objects', () => {
    fc.assert(
      fc.property(objects, fc.constantFrom(...statuses), (list, status) => {
        const label: LabelFile = { width: 4, height: 3, status, objects: list }
        const text = labelFileText(label)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(labelFileText({ ...label, objects: list.toReversed() })).toBe(text)
        const read = parseLabelFile(text)
        expect(labelFileText(read)).toBe(text)
        expect(read.objects.map(({ id }) => id)).toEqual(list.map(({ id }) => id).sort((a, b) => a - b))
      }),
    )
  })

  const good = { width: 4, height: 3, status: 'labeled' as const, objects: [] }
  it.each([
    '',
    'null',
    '{}',
    labelFileText(good).replace('"format_version":1', '"format_version":2'),
    labelFileText(good).replace('tessera-label', 'another-label'),
    labelFileText(good).replace('"labeled"', '"finished"'),
    labelFileText(good).replace('"width":4', '"width":0'),
    labelFileText(good).replace('"width":4', '"name":"a.jpg","width":4'),
    labelFileText(good).replace('[]', '[{"attributes":{},"category_id":1,"id":0}]'),
    labelFileText(good).replace('[]', '[{"attributes":{},"category_id":1,"id":16777216}]'),
    labelFileText(good).replace('[]', '[{"attributes":{"a":{"b":1}},"category_id":1,"id":1}]'),
  ])('is not %s', (text) => expect(() => parseLabelFile(text)).toThrow())
})

describe('a revision record', () => {
  const digest = 'ab'.repeat(32)
  const record: RevisionRecord = {
    v: 1,
    kind: 'revision',
    sampleId: '8c0f5a64-1d3c-4e0b-9a56-2f7d1c3b9e10',
    parents: [digest],
    identity: digest,
    payloads: [{ role: 'mask', digest, md5: 'rZb9pjiRslFf6SUT2l2ciw==', size: 94 }],
    status: 'in progress',
    objectCount: 3,
    labeledPixels: 8,
    nextObjectId: 4,
    tool: 'canvas',
    author: 'Ada',
    createdAt: 1_767_225_600_000,
    deviceId: '4f1a6c52-7b1d-4f0e-9c3a-2f6b8d0e1a77',
    seq: 7,
  }

  it('is canonical JSON and reads back as it was', () => {
    const text = revisionRecordText(record)
    expect(canonicalJson(JSON.parse(text))).toBe(text)
    expect(parseRevisionRecord(text)).toEqual(record)
  })

  it.each([
    ['a version of tomorrow', { v: 2 }],
    ['another kind', { kind: 'sample' }],
    ['a field nobody knows', { note: 'x' }],
    ['a parent that is no digest', { parents: ['head'] }],
    ['a negative count', { objectCount: -1 }],
    ['a payload of no known role', { payloads: [{ ...record.payloads[0], role: 'thumbnail' }] }],
    ['an MD5 in hex', { payloads: [{ ...record.payloads[0], md5: 'ab'.repeat(16) }] }],
  ])('is refused with %s', (_what, wrong) => {
    expect(() => parseRevisionRecord(JSON.stringify({ ...record, ...wrong }))).toThrow()
  })
})
