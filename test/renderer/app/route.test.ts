import { expect, it } from 'vitest'
import { formatRoute, parseRoute, type Route } from '../../../renderer/app/route.ts'

const image = 'a'.repeat(64)
const id = '8c0f5a64-1d3c-4e0b-9a56-2f7d1c3b9e10'

it.each<Route>([
  { screen: 'history' },
  { screen: 'compare', before: '3', after: '7', image: null },
  { screen: 'compare', before: '3', after: 'now', image },
  { screen: 'conflicts', conflict: null },
  { screen: 'conflicts', conflict: id },
  { screen: 'conflicts', conflict: id, from: 'segments' },
  { screen: 'conflicts', conflict: null, from: 'segments' },
  { screen: 'segments' },
  { screen: 'label', sampleId: id },
])('an address leads back to the same screen: %j', (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route)
})

it.each(['#/compare', '#/compare/3', '#/compare/x/y', '#/compare/now/3', '#/label/nothing', '#/nowhere'])(
  'anything unknown is the dataset: %s',
  (fragment) => {
    expect(parseRoute(fragment)).toEqual({ screen: 'dataset' })
  },
)

it('forgets an image that is none', () => {
  expect(parseRoute('#/compare/1/2/../../x')).toEqual({
    screen: 'compare',
    before: '1',
    after: '2',
    image: null,
  })
})
