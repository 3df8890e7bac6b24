import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { createVersions } from '../../../electron/host/versions.ts'
import type { BlobDigest } from '../../../shared/dataset/digest.ts'
import { fillLibrary } from '../../support/fill-library.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'

const open: TestLibrary[] = []
afterEach(async () => {
  for (const library of open.splice(0)) await library.cleanup()
})

async function setUp(options: Parameters<typeof openTestLibrary>[0] = {}) {
  let time = 1_700_000_000_000
  const library = await openTestLibrary({ now: () => time++, ...options })
  open.push(library)
  const { context } = library
  const fill = fillLibrary(context)
  const versions = createVersions(context, fill)
  const blobCount = () =>
    readdirSync(join(library.folder, 'blobs'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    ).length
  return { library, context, fill, versions, blobCount }
}

it('makes one record of images and labels, numbered from 1', async () => {
  const { library, fill, versions } = await setUp()
  const a = await fill.image('a.png')
  await fill.image('sub/b.png')
  await fill.label(a, 'mask a', 'labeled', 2)
  const version = (await versions.commit('first', 'Ada'))!
  expect(version).toMatchObject({
    number: 1,
    message: 'first',
    author: 'Ada',
    parents: [],
    counts: { samples: 2, labeled: 1, objects: 2 },
    changes: { added: 2, removed: 0, relabeled: 0, ontologyChanged: false },
    artifacts: [
      { role: 'raw_data', index: 0, files: 3 },
      { role: 'labeled_data', index: 0, files: 5 },
    ],
  })
  expect(await versions.list()).toEqual([version])
  expect((await versions.manifest(version.id, 'labeled_data')).map(({ path }) => path)).toEqual([
    'dataset.json',
    'images/a.png',
    'labels/a.png.json',
    'labels/a.png.png',
    'ontology.json',
  ])
  expect(library.events.filter(({ type }) => type === 'versions.changed')).toHaveLength(1)
})
