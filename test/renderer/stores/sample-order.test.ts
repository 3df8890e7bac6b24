import { expect, it } from 'vitest'
import { sharedBaseNames, shortName } from '../../../renderer/stores/sample-order.ts'
import type { Sample } from '../../../shared/host/host-api.ts'

it('names the folder only where file names repeat', () => {
  const names = ['a.jpg', 'day/b.jpg', 'day/c.jpg', 'trip/night/c.jpg', 'c.jpg']
  const shared = sharedBaseNames(names.map((name) => ({ name }) as Sample))
  expect(names.map((name) => shortName(name, shared))).toEqual([
    'a.jpg',
    'b.jpg',
    'day/c.jpg',
    'night/c.jpg',
    'c.jpg',
  ])
})
