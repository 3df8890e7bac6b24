import { expect, it } from 'vitest'
import { createViewsStore, mostViews, type NamedView } from '../../../renderer/stores/views.ts'

function storage(content: Record<string, string> = {}) {
  const kept = new Map(Object.entries(content))
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
}
const view = (name: string, more: Partial<NamedView> = {}): NamedView => ({
  name,
  filter: [{ negated: false, condition: { kind: 'tag', any: ['night'] } }],
  sort: { by: 'unlabeled', reversed: true },
  layout: 'list',
  ...more,
})
const names = (views: ReturnType<typeof createViewsStore>) => views.getState().list.map(({ name }) => name)

it('keeps views from one opening to the next, for each library by itself', () => {
  const disk = storage()
  const views = createViewsStore(disk)
  views.open('one')
  expect(views.save(view('Night'))).toBe(true)
  const again = createViewsStore(disk)
  again.open('two')
  expect(names(again)).toEqual([])
  again.open('one')
  expect(again.find('night')).toEqual(view('Night'))
})

it('replaces the view of that name, renames to a free name, and takes away until it is put back', () => {
  const views = createViewsStore(storage())
  views.open('one')
  for (const name of ['A', 'B', 'C']) views.save(view(name))
  views.save(view('b', { layout: 'grid' }))
  expect(names(views)).toEqual(['A', 'b', 'C'])
  expect([
    views.rename('b', 'c'),
    views.rename('b', ' '),
    views.rename('b', 'B'),
    views.rename('B', 'Late'),
  ]).toEqual([false, false, true, true])
  const putBack = views.remove('late')
  expect(names(views)).toEqual(['A', 'C'])
  putBack()
  expect(names(views)).toEqual(['A', 'Late', 'C'])
})

it('has room for so many, and refuses a name of nothing', () => {
  const views = createViewsStore(storage())
  views.open('one')
  for (let i = 0; i < mostViews; i++) expect(views.save(view(`v${i}`))).toBe(true)
  expect([views.save(view('one more')), views.save(view('v3')), views.save(view('  '))]).toEqual([
    false,
    true,
    false,
  ])
})

it.each(['no JSON', '{}', '[1, {"name":"x"}]'])('begins without what it cannot read (%s)', (damaged) => {
  const disk = storage({ 'tessera.views.one': damaged })
  const views = createViewsStore(disk)
  views.open('one')
  expect(names(views)).toEqual([])
  expect(disk.kept.get('tessera.views.one')).toBe(damaged)
})
