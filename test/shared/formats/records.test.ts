import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import type { BlobDigest, EntryDigest } from '../../../shared/dataset/digest.ts'
import type { ManifestEntry } from '../../../shared/dataset/manifest.ts'
import { manifestPartText, parseManifestPart } from '../../../shared/formats/manifest-record.ts'
import { parseSnapshotPart, snapshotPartText } from '../../../shared/formats/snapshot.ts'
import {
  parseVersionRecord,
  type VersionRecord,
  versionRecordText,
} from '../../../shared/formats/version-record.ts'

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
const name = fc.string({ unit: 'binary', minLength: 1 })
const md5 = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64'))

describe('a part of a manifest', () => {
  const entries = fc.array(
    fc.record({ path: name, digest: md5, size: fc.maxSafeNat(), blob: hex(64) }),
  ) as unknown as fc.Arbitrary<ManifestEntry[]>

  it('is canonical JSON and reads back as it was', () => {
    fc.assert(
      fc.property(entries, (list) => {
        const text = manifestPartText(list)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(parseManifestPart(text)).toEqual(list)
      }),
    )
  })

  const good = {
    path: 'images/a.png',
    digest: 'sZRqySSS0jR8YjW00mERhA==' as EntryDigest,
    size: 6,
    blob: 'a'.repeat(64) as BlobDigest,
  }
  it.each([
    ['an MD5 in hex', { digest: '5d41402abc4b2a76b9719d911017c592' }],
    ['a negative size', { size: -1 }],
    ['half a size', { size: 0.5 }],
    ['a short blob name', { blob: 'abc' }],
    ['no path', { path: '' }],
  ])('is refused with %s', (_, wrong) => {
    expect(() => parseManifestPart(manifestPartText([{ ...good, ...wrong } as ManifestEntry]))).toThrow()
    expect(() => parseManifestPart(manifestPartText([good]))).not.toThrow()
  })

  it.each([
    '',
    '{}',
    'null',
    '{"entries":[],"kind":"manifest-part","v":2}',
    '{"entries":[],"kind":"snapshot-part","v":1}',
  ])('is not %s', (text) => expect(() => parseManifestPart(text)).toThrow())
})

describe('a part of a snapshot', () => {
  it('is canonical JSON and reads back as it was', () => {
    const samples = fc.array(
      fc.record({ name, id: fc.uuid(), image: hex(64), head: fc.option(hex(64)), card: fc.option(hex(64)) }),
    )
    fc.assert(
      fc.property(samples, (list) => {
        const text = snapshotPartText(list)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
        expect(parseSnapshotPart(text)).toEqual(list)
      }),
    )
  })
})

describe('a version record', () => {
  const blob = {
    digest: 'b'.repeat(64) as BlobDigest,
    md5: 'sZRqySSS0jR8YjW00mERhA==' as EntryDigest,
    size: 9,
  }
  const record: VersionRecord = {
    v: 1,
    kind: 'version',
    parents: ['c'.repeat(64)],
    message: 'two \u{1f600}\nlines',
    author: '',
    createdAt: 1,
    deviceId: 'd',
    artifacts: [{ role: 'raw_data', manifest: blob, files: 2, bytes: 5_000_000_000 }],
    snapshot: blob,
    counts: { samples: 1, labeled: 0, objects: 0 },
    changes: { added: 1, removed: 0, relabeled: 0, recarded: 0, ontologyChanged: false },
  }

  it('is canonical JSON and reads back as it was', () => {
    const text = versionRecordText(record)
    expect(canonicalJson(JSON.parse(text))).toBe(text)
    expect(parseVersionRecord(text)).toEqual(record)
  })

  it('is refused with a field that nobody knows, or without one', () => {
    expect(() => parseVersionRecord(canonicalJson({ ...record, extra: 1 }))).toThrow()
    for (const field of Object.keys(record)) {
      const { [field as keyof VersionRecord]: _, ...rest } = record
      expect(() => parseVersionRecord(canonicalJson(rest)), field).toThrow()
    }
  })
})
