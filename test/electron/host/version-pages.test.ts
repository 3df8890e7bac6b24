import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import { type ManifestEntry, manifestDigestText, sortEntries } from '../../../shared/dataset/manifest.ts'
import {
  cardChangeText,
  cardRecordText,
  parseCardChange,
  parseCardRecord,
} from '../../../shared/formats/card-record.ts'
import { datasetFileText, parseDatasetFile } from '../../../shared/formats/dataset-file.ts'
import {
  manifestPartText,
  manifestRecordSchema,
  parseManifestPart,
} from '../../../shared/formats/manifest-record.ts'
import { ontologyFileText, parseOntologyFile } from '../../../shared/formats/ontology-file.ts'
import { parsePartIndex, partIndexText } from '../../../shared/formats/part-index.ts'
import { cutParts } from '../../../shared/formats/parts.ts'
import { parseRevisionRecord } from '../../../shared/formats/revision-record.ts'
import {
  parseSnapshotPart,
  snapshotPartText,
  snapshotRecordSchema,
} from '../../../shared/formats/snapshot.ts'
import { parseVersionRecord, versionRecordText } from '../../../shared/formats/version-record.ts'

const read = (page: string) => readFileSync(new URL(`../../../docs/formats/${page}`, import.meta.url), 'utf8')
const artifactPage = read('artifact.md')
const versionPage = read('version.md')

function examples(page: string, title: string): string[] {
  const found = page.matchAll(new RegExp(`\`\`\`\\w+ ${title}\\n([\\s\\S]*?)\\n\`\`\``, 'g'))
  return [...found].map(([, text]) => text!)
}
function example(page: string, title: string): string {
  const [text] = examples(page, title)
  if (text === undefined) throw new Error(`the page has no example ${title}`)
  return text
}
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const md5 = (text: string, encoding: 'hex' | 'base64') => createHash('md5').update(text).digest(encoding)
const blobOf = (text: string) => ({
  digest: sha256(text),
  md5: md5(text, 'base64'),
  size: Buffer.byteLength(text),
})
/** Path and digest of each line of a digest text. */
const lines = (text: string) =>
  new Map(
    text
      .split('\n')
      .slice(1)
      .map((line) => line.split(':') as [string, string]),
  )

const rawDigest = example(artifactPage, 'raw-digest')
const labeledDigest = example(artifactPage, 'labeled-digest')
const version = parseVersionRecord(example(versionPage, 'version'))

it('shows dataset.json and ontology.json as they are written', () => {
  for (const title of ['raw-dataset', 'labeled-dataset']) {
    const text = example(artifactPage, title)
    expect(datasetFileText(parseDatasetFile(text))).toBe(text)
  }
  const ontology = example(artifactPage, 'ontology')
  expect(ontologyFileText(parseOntologyFile(ontology))).toBe(ontology)
  expect(lines(rawDigest).get('dataset.json')).toBe(blobOf(example(artifactPage, 'raw-dataset')).md5)
  expect(lines(labeledDigest).get('dataset.json')).toBe(blobOf(example(artifactPage, 'labeled-dataset')).md5)
  expect(lines(labeledDigest).get('ontology.json')).toBe(blobOf(ontology).md5)
})

it('shows artifacts with their real digests, spelled as the digest is computed', () => {
  for (const text of [rawDigest, labeledDigest]) {
    const entries = [...lines(text)].map(([path, digest]) => ({ path, digest })) as ManifestEntry[]
    expect(manifestDigestText(sortEntries(entries))).toBe(`${text}\n`)
    expect(artifactPage).toContain(`the digest \`${md5(`${text}\n`, 'hex')}\``)
  }
})

it('shows the label that the page on labels shows', () => {
  const record = parseRevisionRecord(example(read('label.md'), 'revision-record'))
  const payload = (role: string) => record.payloads.find((one) => one.role === role)!.md5
  expect(lines(labeledDigest).get('labels/street-1.jpg.png')).toBe(payload('mask'))
  expect(lines(labeledDigest).get('labels/street-1.jpg.json')).toBe(payload('label'))
})

it('shows a manifest and its parts as they are stored, and with the files of the artifact', () => {
  const text = example(versionPage, 'manifest')
  const parts = examples(versionPage, 'manifest-part')
  const record = manifestRecordSchema.parse(JSON.parse(text))
  const entries = parts.flatMap(parseManifestPart)
  expect(canonicalJson(record)).toBe(text)
  const cut = [...cutParts(entries, ({ path }) => path)]
  expect(cut.map(manifestPartText)).toEqual(parts)
  const [index] = examples(versionPage, 'part-index')
  const refs = cut.map((part, i) => ({
    last: part.at(-1)!.path,
    blob: sha256(parts[i]!) as BlobDigest,
    rows: part.length,
  }))
  expect(partIndexText(refs)).toBe(index)
  expect(parsePartIndex(index!)).toEqual(refs)
  expect(record).toMatchObject({ count: entries.length, parts: [sha256(index!)] })
  expect(manifestDigestText(entries)).toBe(`${rawDigest}\n`)
  const bytes = entries.reduce((sum, { size }) => sum + size, 0)
  expect(version.artifacts[0]).toMatchObject({ manifest: blobOf(text), files: entries.length, bytes })
})

it('shows a snapshot and its part as they are stored', () => {
  const text = example(versionPage, 'snapshot')
  const part = example(versionPage, 'snapshot-part')
  const record = snapshotRecordSchema.parse(JSON.parse(text))
  const samples = parseSnapshotPart(part)
  expect(canonicalJson(record)).toBe(text)
  expect(snapshotPartText(samples)).toBe(part)
  const index = examples(versionPage, 'part-index')[1]!
  expect(parsePartIndex(index)).toEqual([
    { last: samples.at(-1)!.name, blob: sha256(part), rows: samples.length },
  ])
  expect(record).toMatchObject({
    count: samples.length,
    parts: [sha256(index)],
    ontology: blobOf(example(artifactPage, 'ontology')),
  })
  expect(version.snapshot).toEqual(blobOf(text))
  expect(samples[0]!.head).toBe(sha256(example(read('label.md'), 'revision-record')))
})

it('shows a version under its real id, and explains every field', () => {
  const text = example(versionPage, 'version')
  expect(versionRecordText(version)).toBe(text)
  expect(versionPage).toContain(sha256(text))
  for (const field of [...Object.keys(version), 'manifest', 'files', 'bytes', 'role', 'entries', 'samples']) {
    expect(versionPage, field).toMatch(new RegExp(`\`${field}\`|"${field}"`))
  }
})

it('says where lists are cut', () => {
  // The rule of the page, written from the page.
  const isEnd = (key: string, start: number) => {
    let hash = start
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619) >>> 0
    return hash < 2 ** 32 / 64
  }
  const keys = Array.from({ length: 20_000 }, (_, i) => `images/${i}.png`)
  const cutFrom = (list: readonly string[], start: number) => {
    const parts: string[][] = [[]]
    for (const key of list) {
      parts.at(-1)!.push(key)
      if (isEnd(key, start) || parts.at(-1)!.length === 512) parts.push([])
    }
    return parts.filter((part) => part.length > 0)
  }
  const parts = cutFrom(keys, 2166136261)
  expect([...cutParts(keys, (key) => key)]).toEqual(parts)
  const last = parts.map((part) => part.at(-1)!)
  expect([...cutParts(last, (key) => key, 'parts')]).toEqual(cutFrom(last, 2654435769))
})

it('shows a card and its change as they are stored, under their real ids, and the same card in the artifact', () => {
  const page = read('card.md')
  const text = example(page, 'card')
  const card = parseCardRecord(text)
  expect(cardRecordText(card)).toBe(text)
  expect(page).toContain(`here \`${sha256(text)}\``)
  expect(lines(labeledDigest).get('samples/street-1.jpg.json')).toBe(blobOf(text).md5)
  expect(parseSnapshotPart(example(versionPage, 'snapshot-part'))[0]!.card).toBe(sha256(text))
  const change = example(page, 'card-change')
  const record = parseCardChange(change)
  expect(cardChangeText(record)).toBe(change)
  expect(page).toContain(`here \`${sha256(change)}\``)
  expect(record.cards[0]![1]).toBe(sha256(text))
  const fields = [card, record, card.issues[0]!, card.issues[0]!.replies[0]!].flatMap(Object.keys)
  for (const field of fields) expect(page, field).toContain(`\`${field}\``)
})
