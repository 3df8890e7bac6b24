import { expect, it, onTestFinished } from 'vitest'
import { createObjectLists } from '../../../electron/host/object-list.ts'
import { createSampleQueries } from '../../../electron/host/sample-query.ts'
import { createSamples } from '../../../electron/host/samples.ts'
import { openLabelLibrary, painted, saveOf } from '../../support/label-library.ts'

async function open() {
  const library = await openLabelLibrary()
  const queries = createSampleQueries(library.context, {
    samples: createSamples(library.context),
    me: () => '',
    snapshot: async () => null,
  })
  const lists = createObjectLists({ labels: library.labels, queries })
  onTestFinished(async () => {
    await lists.close()
    await library.cleanup()
  })
  const ask = async (from = 0, categoryId = 2) => {
    const { query } = await queries.query({
      filter: [],
      sort: { by: 'added', reversed: false },
      trash: false,
    })
    const { signal } = new AbortController()
    const all: Awaited<ReturnType<typeof lists.list>>['objects'] = []
    for (let at: number | null = from; at !== null; ) {
      const answer: Awaited<ReturnType<typeof lists.list>> = await lists.list(
        { query, categoryId, from: at },
        signal,
      )
      all.push(...answer.objects)
      at = answer.next
    }
    return { objects: all }
  }
  return { library, lists, ask }
}

it('lists the objects of a category over all samples, with their masks, and those of no other', async () => {
  const { library, ask } = await open()
  const { labels } = library
  const [a, b] = [await library.addSample('a.png'), await library.addSample('b.png')]
  await library.addSample('never labeled.png')
  // Seven columns: object 1 is 3 pixels of the first row and 1 of the second, object 2 one pixel.
  await labels.save(a, ...saveOf(painted(2, 20, 1, painted(1, 7, 1, painted(1, 0, 3))), null))
  const { revision } = await labels.save(b, ...saveOf(painted(1, 34, 1), null))
  const { objects } = await ask()
  expect(objects.map(({ sampleId, id, pixels, bounds }) => [sampleId, id, pixels, bounds])).toEqual([
    [a, 1, 4, [0, 0, 3, 2]],
    [a, 2, 1, [6, 2, 7, 3]],
    [b, 1, 1, [6, 4, 7, 5]],
  ])
  expect(objects[0]!.mask).toEqual({ width: 3, height: 2, bits: Buffer.of(0b11110000).toString('base64') })
  expect(objects[2]!.revision).toBe(revision)
  expect((await ask(1)).objects).toHaveLength(1)
  expect((await ask(0, 1)).objects).toEqual([])
})

it('tells what a label is now, not what it was', async () => {
  const { library, ask } = await open()
  const a = await library.addSample('a.png')
  const { revision } = await library.labels.save(a, ...saveOf(painted(1, 0, 3), null))
  expect((await ask()).objects[0]!.pixels).toBe(3)
  await library.labels.save(a, ...saveOf(painted(1, 0, 5), revision))
  expect((await ask()).objects[0]!.pixels).toBe(5)
})

it('stops when nobody waits any more, and refuses a query that is not kept', async () => {
  const { library, lists } = await open()
  await library.addSample('a.png')
  const none = { query: 'gone', categoryId: 2, from: 0 }
  await expect(lists.list(none, new AbortController().signal)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
