import { expect, it } from 'vitest'
import { exportLabels } from '../../../renderer/stores/label-export.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'

const revisionOf = (id: string) => id.repeat(64)

/** `a` and `b` have labels, `c` has none. */
function hostOf(fails = false) {
  const peeks: unknown[] = []
  const host = {
    async call(method: string, input: { id?: string; sampleId?: string }) {
      if (method === 'samples.get') return { id: input.id, name: `night/${input.id}.jpg` }
      if (method === 'ontology.text') return { text: '{"format":"tessera-ontology"}' }
      peeks.push(input)
      const revision = input.sampleId === 'c' ? null : revisionOf(input.sampleId!)
      return { revision, width: 3, height: 2, status: 'labeled', objects: [] }
    },
    async fetchData(path: string) {
      if (fails) throw new AppError('BLOB_CORRUPT', 'It is damaged.', { remedy: 'Choose another.' })
      return new Blob([`mask of ${path.split('/').at(-1)!.charAt(0)}`])
    },
  } as unknown as HostConnection
  return { host, peeks }
}

it('packs masks, objects and categories under the names of the artifact, and counts what has no label', async () => {
  const { host, peeks } = hostOf()
  const steps: number[] = []
  const made = await exportLabels(
    host,
    ['a', 'c', 'b'],
    (done) => steps.push(done),
    () => false,
  )
  expect(made).toMatchObject({ labels: 2, without: 1 })
  expect(steps).toEqual([0, 1, 2])
  const text = await made!.file.text()
  for (const path of [
    'labels/night/a.jpg.png',
    'labels/night/a.jpg.json',
    'labels/night/b.jpg.png',
    'ontology.json',
  ])
    expect(text).toContain(path)
  expect(text).toContain('mask of a')
  expect(text).toContain('"format":"tessera-label"')
  expect(text).not.toContain('c.jpg')
  // Nobody sees the labels: what a crash left is still told of when one is opened.
  expect(peeks).toEqual(['a', 'c', 'b'].map((sampleId) => ({ sampleId, peek: true })))
})

it('ends between two labels when it is stopped, and rejects with what the host says', async () => {
  const { host, peeks } = hostOf()
  let left = 1
  const stopped = await exportLabels(
    host,
    ['a', 'b'],
    () => {},
    () => left-- === 0,
  )
  expect(stopped).toBeNull()
  expect(peeks.length).toBe(1)
  const damaged = exportLabels(
    hostOf(true).host,
    ['a'],
    () => {},
    () => false,
  )
  await expect(damaged).rejects.toMatchObject({ code: 'BLOB_CORRUPT' })
})
