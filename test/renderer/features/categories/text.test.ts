import { expect, it } from 'vitest'
import { text } from '../../../../renderer/features/categories/text.ts'
import { paletteColors } from '../../../../shared/label/palette.ts'

it('has a name of its own for every colour that is offered', () => {
  const names = paletteColors.map((color) => text.colorNames[color])
  expect(names).not.toContain(undefined)
  expect(new Set(names).size).toBe(paletteColors.length)
})
