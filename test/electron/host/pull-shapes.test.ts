import { expect, it } from 'vitest'
import type { RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import { noShapes, type Shape } from '../../../shared/label/shape.ts'
import { type Laptop, openDesk } from '../../support/laptops.ts'

const box = (id: number): Shape => ({
  id,
  trackId: null,
  categoryId: 1,
  type: 'bbox',
  points: [
    [0.5, 0.5],
    [3, 2.25],
  ],
  attributes: null,
  other: { team: 'a' },
})
const record = (name: string, said: number) => ({
  name,
  taskType: 'pointcloud-vector',
  sample: { uuid: String(said), attributes: { pcd: { url: 'https://example.com' } } },
  labels: { 'ground-truth': { label_status: 'LABELED', attributes: { annotations: [said] } } },
})
const setShapes = (laptop: Laptop, name: string, ...ids: number[]) =>
  laptop.services.labels.setShapes(
    laptop.find(name).id as SampleId,
    { ...noShapes, shapes: ids.map(box) },
    {
      status: 'labeled',
      author: laptop.name,
      tool: 'segments',
    },
  )
async function shapesOf(laptop: Laptop, name: string): Promise<number[]> {
  const { headRevision } = laptop.find(name)
  const shapes = await laptop.services.labels.shapes(headRevision as RevisionId)
  return (shapes?.shapes ?? []).map(({ id }) => id)
}
const carriedOf = async (laptop: Laptop) =>
  Promise.all(
    laptop.services.carried
      .list()
      .map(async ({ name }) => `${name} ${(await laptop.services.carried.get(name)).sample.uuid}`),
  )

it('brings shapes and carried samples to another library by W&B, and both merge what the other one did', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  ada.categorize()
  for (const shade of [1, 2]) await ada.add(`${shade}.png`, shade)
  await ada.label('1.png', [1, 1, 2])
  await setShapes(ada, '1.png', 1, 2)
  await setShapes(ada, '2.png', 7)
  await ada.services.carried.put([record('sweep 1', 1), record('sweep:2', 1)])
  const first = await ada.commit('first')
  expect(first.counts).toMatchObject({ samples: 2, labeled: 2, shaped: 2, carried: 2 })
  await ada.push()
  expect((await bob.pullAndMerge()).kind).toBe('clone')
  expect(bob.head()!.id).toBe(first.id)
  expect([await shapesOf(bob, '1.png'), await shapesOf(bob, '2.png')]).toEqual([[1, 2], [7]])
  expect(await carriedOf(bob)).toEqual(['sweep 1 1', 'sweep:2 1'])
  expect(await bob.idsOf('1.png')).toEqual(await ada.idsOf('1.png'))
  expect((await bob.call('versions.draft', {})).canCommit).toBe(false)

  await setShapes(bob, '2.png', 7, 8)
  await bob.services.carried.put([record('sweep 1', 2)])
  await bob.commit('by bob')
  await bob.push()
  await ada.label('1.png', [1, 1, 2, 2])
  await ada.services.carried.put([record('sweep 3', 1)])
  await ada.services.carried.trash(['sweep:2'])
  await ada.commit('by ada')
  const { merge } = await ada.pullAndMerge()
  expect([merge?.kind, merge?.conflicts]).toEqual(['merged', []])
  expect([await shapesOf(ada, '1.png'), await shapesOf(ada, '2.png')]).toEqual([
    [1, 2],
    [7, 8],
  ])
  expect(await carriedOf(ada)).toEqual(['sweep 1 2', 'sweep 3 1'])
  await ada.push()
  await bob.pullAndMerge()
  expect(bob.head()!.id).toBe(ada.head()!.id)
  expect(await carriedOf(bob)).toEqual(await carriedOf(ada))
})
