import { expect, it } from 'vitest'
import type { BlobRef } from '../../../shared/dataset/blob-store.ts'
import type { ManifestEntry } from '../../../shared/dataset/manifest.ts'
import {
  labeledChanges,
  labelKey,
  rawChanges,
  type SampleFiles,
  samplesOfLayouts,
} from '../../../shared/formats/artifact-layout.ts'
import { datasetFileText, parseDatasetFile } from '../../../shared/formats/dataset-file.ts'

const blob = (text: string, size = 1) => ({ digest: `sha256 ${text}`, md5: `md5 ${text}`, size }) as BlobRef
const label = (
  text: string,
  status: 'labeled' | 'in progress',
  objectCount: number,
  shapes: string | null = null,
) => ({
  png: blob(`${text} mask`),
  json: blob(`${text} objects`),
  shapes: shapes === null ? null : blob(shapes),
  status,
  objectCount,
})
const samples: SampleFiles[] = [
  { name: 'night/b.jpg', image: blob('b', 20), label: label('b', 'in progress', 2, 'b shapes'), card: null },
  { name: 'a.png', image: blob('a png', 10), label: null, card: blob('a card') },
  { name: 'a.jpg', image: blob('a jpg', 30), label: label('a', 'labeled', 1), card: blob('other card') },
]
const byPath = (changes: Iterable<[string, ManifestEntry | null]>) => new Map([...changes].sort())
const raw = byPath(samples.flatMap((sample) => [...rawChanges(sample.name, null, sample)]))
const labeled = byPath(samples.flatMap((sample) => [...labeledChanges(sample.name, null, sample)]))
const entries = (changes: typeof raw) => [...changes.values()].flatMap((entry) => entry ?? [])
const formerOf = ({ image, label, card }: SampleFiles) => ({
  image: image.digest,
  label: label && labelKey(label.png.digest, label.json.digest, label.shapes?.digest ?? null),
  card: card?.digest ?? null,
})

it('lays out images as raw_data', () => {
  expect(entries(raw)).toEqual([
    { path: 'images/a.jpg', digest: 'md5 a jpg', size: 30, blob: 'sha256 a jpg' },
    { path: 'images/a.png', digest: 'md5 a png', size: 10, blob: 'sha256 a png' },
    { path: 'images/night/b.jpg', digest: 'md5 b', size: 20, blob: 'sha256 b' },
  ])
})

it('lays out what has a label as labeled_data, with image, mask and objects, and every card', () => {
  expect(entries(labeled).map(({ path, digest }) => `${path}: ${digest}`)).toEqual([
    'images/a.jpg: md5 a jpg',
    'images/night/b.jpg: md5 b',
    'labels/a.jpg.json: md5 a objects',
    'labels/a.jpg.png: md5 a mask',
    'labels/night/b.jpg.json: md5 b objects',
    'labels/night/b.jpg.png: md5 b mask',
    'samples/a.jpg.json: md5 other card',
    'samples/a.png.json: md5 a card',
    'shapes/night/b.jpg.json: md5 b shapes',
  ])
})

it('changes nothing for a sample that is as it was', () => {
  for (const sample of samples) {
    expect(rawChanges(sample.name, formerOf(sample), sample).size).toBe(0)
    expect(labeledChanges(sample.name, formerOf(sample), sample).size).toBe(0)
  }
})

it('leads from any state of a sample to any other one, and says nothing of labels in raw_data', () => {
  const states: (SampleFiles | null)[] = [null]
  for (const image of [blob('one'), blob('two')]) {
    for (const of of [
      null,
      label('x', 'labeled', 1),
      label('x', 'labeled', 1, 'z'),
      label('y', 'in progress', 0),
    ]) {
      for (const card of [null, blob('card'), blob('other')])
        states.push({ name: 'a', image, label: of, card })
    }
  }
  const after = (start: typeof raw, changes: ReadonlyMap<string, ManifestEntry | null>) =>
    byPath([...new Map([...start, ...changes])].filter(([, entry]) => entry !== null))
  for (const before of states) {
    for (const now of states) {
      const was = before && formerOf(before)
      for (const changesOf of [rawChanges, labeledChanges]) {
        const from = after(new Map(), changesOf('a', null, before))
        expect(after(from, changesOf('a', was, now))).toEqual(after(new Map(), changesOf('a', null, now)))
      }
      if (before && now && before.image === now.image) expect(rawChanges('a', was, now).size).toBe(0)
    }
  }
})

it('can be read back to the blobs of each sample', () => {
  const found = samplesOfLayouts(entries(raw), entries(labeled))
  expect(found).toEqual(
    new Map(
      samples.map(({ name, image, label, card }) => [
        name,
        {
          image: image.digest,
          label: label && {
            png: label.png.digest,
            json: label.json.digest,
            shapes: label.shapes?.digest ?? null,
          },
          card: card?.digest ?? null,
        },
      ]),
    ),
  )
  expect(samplesOfLayouts(entries(raw), []).get('a.jpg')!.label).toBeNull()
})

it('counts images, objects and statuses in dataset.json', () => {
  const texts = [
    datasetFileText({ role: 'raw_data', counts: { images: 3 } }),
    datasetFileText({
      role: 'labeled_data',
      counts: { images: 2, objects: 3, statuses: { labeled: 1, 'in progress': 1 } },
    }),
  ]
  expect(texts).toEqual([
    '{"counts":{"images":3},"format":"tessera-dataset","format_version":1,"role":"raw_data"}',
    '{"counts":{"images":2,"objects":3,"statuses":{"in progress":1,"labeled":1}},"format":"tessera-dataset","format_version":1,"role":"labeled_data"}',
  ])
  for (const text of texts) expect(datasetFileText(parseDatasetFile(text))).toBe(text)
})

it.each([
  '{"counts":{"images":3},"format":"tessera-dataset","format_version":2,"role":"raw_data"}',
  '{"counts":{"images":-1},"format":"tessera-dataset","format_version":1,"role":"raw_data"}',
  '{"counts":{"images":1},"format":"tessera-dataset","format_version":1,"role":"labeled_data"}',
  '{"counts":{"images":1,"objects":0,"statuses":{"done":1}},"format":"tessera-dataset","format_version":1,"role":"labeled_data"}',
  '[]',
])('refuses what is no dataset.json: %s', (text) => {
  expect(() => parseDatasetFile(text)).toThrow()
})
