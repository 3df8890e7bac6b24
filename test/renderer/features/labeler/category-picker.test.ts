import { expect, it } from 'vitest'
import { foundCategories } from '../../../../renderer/features/labeler/category-picker.tsx'
import { drawnCategories } from '../../../support/drawn-label.ts'

const named = (...names: string[]) => names.map((name, id) => ({ ...drawnCategories[0]!, id: id + 1, name }))
const names = (query: string, ...all: string[]) =>
  foundCategories(named(...all), query).map(({ name }) => name)

it('keeps the order of the list while nothing is typed', () => {
  expect(names('', 'Road', 'Car', 'Bus')).toEqual(['Road', 'Car', 'Bus'])
})

it('finds categories by some of their letters, the best first', () => {
  expect(names('tl', 'Metal', 'Traffic light', 'Truck')).toEqual(['Traffic light', 'Metal'])
  expect(names('car', 'Scar', 'Car', 'Bus')).toEqual(['Car', 'Scar'])
  expect(names('x', 'Car')).toEqual([])
})
