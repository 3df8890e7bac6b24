import { expect, it } from 'vitest'
import type { ScopedCommand, ScopedInfo } from '../../../../renderer/commands/command.ts'
import { paletteItems } from '../../../../renderer/features/commands/palette-items.ts'

const here = [
  { id: 'grid.search', title: 'Search images', group: 'Dataset', scope: 'grid', keys: ['/'], run() {} },
  {
    id: 'grid.label',
    title: 'Start labeling',
    group: 'Dataset',
    scope: 'grid',
    enabled: () => false,
    whyNot: 'No image is shown.',
    run() {},
  },
  { id: 'grid.delete', title: 'Delete', group: 'Dataset', scope: 'grid', enabled: () => false, run() {} },
  { id: 'grid.move', title: 'Move', group: 'Dataset', scope: 'grid', inPalette: false, run() {} },
] as const satisfies readonly ScopedCommand[]
const elsewhere: ScopedInfo[] = [
  { id: 'canvas.fit', title: 'Fit image', group: 'View', scope: 'canvas', keys: ['F'], holds: false },
  { id: 'grid.search', title: 'Search images', group: 'Dataset', scope: 'grid', holds: false },
]
const titles = (query: string) => paletteItems(query, here, elsewhere).map(({ command }) => command.title)

it('lists what is here, what can be run first, and other screens only when looked for', () => {
  expect(titles('')).toEqual(['Search images', 'Delete', 'Start labeling'])
  expect(titles('image')).toEqual(['Search images', 'Fit image'])
  expect(titles('fit')).toEqual(['Fit image'])
})

it('finds commands by the words of their heading and screen too', () => {
  expect(titles('dataset')).toEqual(['Search images', 'Delete', 'Start labeling'])
  expect(titles('view')).toEqual(['Fit image'])
  expect(titles('nothing of that')).toEqual([])
})

it('says why a command cannot be run, and runs none of those', () => {
  const items = Object.fromEntries(paletteItems('e', here, elsewhere).map((item) => [item.command.id, item]))
  expect(items['grid.label']).toMatchObject({ run: null, whyNot: 'No image is shown.' })
  expect(items['grid.delete']?.whyNot).toMatch(/Not possible/)
  expect(items['canvas.fit']).toMatchObject({ run: null, whyNot: 'Open an image first.' })
  expect(items['grid.search']?.whyNot).toBeNull()
})
