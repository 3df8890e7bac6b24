import { expect, it } from 'vitest'
import { fuzzyMatch } from '../../../renderer/commands/fuzzy.ts'

const best = (query: string, texts: string[]) =>
  texts
    .flatMap((text) => {
      const match = fuzzyMatch(query, text)
      return match ? [{ text, score: match.score }] : []
    })
    .toSorted((a, b) => b.score - a.score)
    .map(({ text }) => text)

it('finds characters in their order, case and accents aside, and nothing else', () => {
  expect(fuzzyMatch('fit', 'Fit image')?.at).toEqual([0, 1, 2])
  expect(fuzzyMatch('FI', 'fit image')?.at).toEqual([0, 1])
  expect(fuzzyMatch('ecran', 'Écran')?.at).toEqual([0, 1, 2, 3, 4])
  expect(fuzzyMatch('tif', 'Fit')).toBeNull()
  expect(fuzzyMatch('', 'Fit')).toEqual({ score: 0, at: [] })
})

it('prefers characters in a row, then starts of words, then the shorter text', () => {
  expect(best('zi', ['Resize image', 'Zoom in'])[0]).toBe('Zoom in')
  expect(best('und', ['Up and down', 'Undo'])[0]).toBe('Undo')
  expect(best('redo', ['Redo the last step of all', 'Redo'])[0]).toBe('Redo')
  expect(best('fi', ['Find', 'Hide selected in list'])).toEqual(['Find'])
})

it('meets the best of several places', () => {
  expect(fuzzyMatch('sc', 'Last score: Swap Category')?.at).toEqual([5, 6])
  expect(fuzzyMatch('swca', 'Answer: Swap category')?.at).toEqual([8, 9, 13, 14])
})
