import { expect, it } from 'vitest'
import type { BlobRef } from '../../../shared/dataset/blob-store.ts'
import {
  isLabeled,
  labeledDatasetText,
  labeledLayout,
  rawDatasetText,
  rawLayout,
  type SampleFiles,
  samplesOfLayouts,
} from '../../../shared/formats/artifact-layout.ts'
import { datasetFileText, parseDatasetFile } from '../../../shared/formats/dataset-file.ts'

const blob = (text: string, size = 1) => ({ digest: `sha256 ${text}`, md5: `md5 ${text}`, size }) as BlobRef
const label = (text: string, status: 'labeled' | 'in progress', objectCount: number) => ({
  png: blob(`${text} mask`),
  json: blob(`${text} objects`),
  status,
  objectCount,
})
const samples: SampleFiles[] = [
  { name: 'night/b.jpg', image: blob('b', 20), label: label('b', 'in progress', 2), card: null },
  { name: 'a.png', image: blob('a png', 10), label: null, card: blob('a card') },
  { name: 'a.jpg', image: blob('a jpg', 30), label: label('a', 'labeled', 1), card: blob('other card') },
]
const labeled = samples.filter(isLabeled)

it('lays out images and dataset.json as raw_data', () => {
  expect(rawLayout(samples, blob('dataset'))).toEqual([
    { path: 'dataset.json', digest: 'md5 dataset', size: 1, blob: 'sha256 dataset' },
    { path: 'images/a.jpg', digest: 'md5 a jpg', size: 30, blob: 'sha256 a jpg' },
    { path: 'images/a.png', digest: 'md5 a png', size: 10, blob: 'sha256 a png' },
    { path: 'images/night/b.jpg', digest: 'md5 b', size: 20, blob: 'sha256 b' },
  ])
})

it('lays out what has a label as labeled_data, with image, mask and objects, and every card', () => {
  const entries = labeledLayout(samples, { dataset: blob('dataset'), ontology: blob('ontology') })
  expect(entries.map(({ path, digest }) => `${path}: ${digest}`)).toEqual([
    'dataset.json: md5 dataset',
    'images/a.jpg: md5 a jpg',
    'images/night/b.jpg: md5 b',
    'labels/a.jpg.json: md5 a objects',
    'labels/a.jpg.png: md5 a mask',
    'labels/night/b.jpg.json: md5 b objects',
    'labels/night/b.jpg.png: md5 b mask',
    'ontology.json: md5 ontology',
    'samples/a.jpg.json: md5 other card',
    'samples/a.png.json: md5 a card',
  ])
})

it('gives the same layout whatever the order of samples', () => {
  const reversed = samples.toReversed()
  expect(rawLayout(reversed, blob('d'))).toEqual(rawLayout(samples, blob('d')))
  const shared = { dataset: blob('d'), ontology: blob('o') }
  expect(labeledLayout(reversed, shared)).toEqual(labeledLayout(samples, shared))
  expect(labeledDatasetText(reversed.filter(isLabeled))).toBe(labeledDatasetText(labeled))
})

it('can be read back to the blobs of each sample', () => {
  const raw = rawLayout(samples, blob('dataset'))
  const found = samplesOfLayouts(
    raw,
    labeledLayout(samples, { dataset: blob('dataset'), ontology: blob('ontology') }),
  )
  expect(found).toEqual(
    new Map(
      samples.map(({ name, image, label, card }) => [
        name,
        {
          image: image.digest,
          label: label && { png: label.png.digest, json: label.json.digest },
          card: card?.digest ?? null,
        },
      ]),
    ),
  )
  expect(samplesOfLayouts(raw, []).get('a.jpg')!.label).toBeNull()
})

it('says nothing of labels in raw_data, so that labeling makes no other version of the images', () => {
  expect(rawDatasetText(samples)).toBe(
    rawDatasetText(samples.map((sample) => ({ ...sample, label: null, card: null }))),
  )
})

it('counts images, objects and statuses in dataset.json', () => {
  expect(rawDatasetText(samples)).toBe(
    '{"counts":{"images":3},"format":"tessera-dataset","format_version":1,"role":"raw_data"}',
  )
  expect(labeledDatasetText(labeled)).toBe(
    '{"counts":{"images":2,"objects":3,"statuses":{"in progress":1,"labeled":1}},"format":"tessera-dataset","format_version":1,"role":"labeled_data"}',
  )
  for (const text of [rawDatasetText(samples), labeledDatasetText(labeled)]) {
    expect(datasetFileText(parseDatasetFile(text))).toBe(text)
  }
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
