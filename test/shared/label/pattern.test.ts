import { expect, it } from 'vitest'
import { emptyLabelMap, type LabelMap } from '../../../shared/label/label-map.ts'
import { colorDistance, paletteColors } from '../../../shared/label/palette.ts'
import {
  choosePatterns,
  PATTERN_DISTANCE,
  PATTERN_PERIOD,
  patternNames,
  patternRows,
} from '../../../shared/label/pattern.ts'
import { Touching } from '../../../shared/label/touching.ts'

const [green, purple, yellow] = ['#009e73', '#cc79a7', '#f0e442']
const category = (id: number, color: string) => ({ id, color })

it('gives one of two categories a pattern that touch and look alike to somebody', () => {
  expect(colorDistance(green, purple)).toBeLessThan(PATTERN_DISTANCE)
  const list = [category(1, green), category(2, purple)]
  expect([...choosePatterns(list, [[1, 2]])]).toEqual([[2, 'dots']])
  expect([...choosePatterns([...list].reverse(), [[1, 2]])]).toEqual([[1, 'dots']])
})

it('leaves colours alone that do not touch or are far from each other', () => {
  expect(colorDistance(green, yellow)).toBeGreaterThan(PATTERN_DISTANCE)
  const list = [category(1, green), category(2, purple), category(3, yellow)]
  expect(choosePatterns(list, []).size).toBe(0)
  expect(
    choosePatterns(list, [
      [1, 3],
      [7, 8],
      [1, 7],
    ]).size,
  ).toBe(0)
})

it('tells apart all of a set that touch each other', () => {
  const list = [1, 2, 3, 4].map((id) => category(id, '#336699'))
  const all = list.flatMap(({ id: a }) => list.flatMap(({ id: b }) => (a < b ? [[a, b] as const] : [])))
  const patterns = choosePatterns(list, all)
  expect(new Set(list.map(({ id }) => patterns.get(id))).size).toBe(4)
})

it('goes on with more neighbours than patterns', () => {
  const list = Array.from({ length: 20 }, (_, i) => category(i + 1, '#336699'))
  const all = list.flatMap(({ id: a }) => list.flatMap(({ id: b }) => (a < b ? [[a, b] as const] : [])))
  expect(choosePatterns(list, all).size).toBe(19)
})

it('hatches void whatever its colour is, and no category as void', () => {
  const list = [
    { ...category(1, '#000000'), isVoid: true as const },
    ...paletteColors.map((color, i) => category(i + 2, color)),
  ]
  const touches = list.flatMap(({ id: a }) => list.flatMap(({ id: b }) => (a < b ? [[a, b] as const] : [])))
  const patterns = choosePatterns(list, touches)
  expect([...patterns].filter(([, name]) => name === 'void')).toEqual([[1, 'void']])
})

it('draws every pattern otherwise, with marks and without in each period', () => {
  const seen = new Set(patternNames.map((name) => patternRows[name].join()))
  expect(seen.size).toBe(patternNames.length)
  for (const name of patternNames) {
    const marked = [...patternRows[name]].reduce(
      (sum, row) => sum + row.toString(2).replaceAll('0', '').length,
      0,
    )
    expect(marked / PATTERN_PERIOD ** 2).toBeGreaterThan(0.2)
    expect(marked / PATTERN_PERIOD ** 2).toBeLessThan(0.6)
  }
})

function fill(map: LabelMap, x0: number, y0: number, x1: number, y1: number, id: number): void {
  for (let y = y0; y < y1; y++) map.ids.fill(id, y * map.width + x0, y * map.width + x1)
}
const whole = (map: LabelMap) => ({ x0: 0, y0: 0, x1: map.width, y1: map.height })

it('finds which categories touch beside and above each other, and not across what is unlabeled', () => {
  const map = emptyLabelMap(40, 40)
  fill(map, 0, 0, 20, 20, 1)
  fill(map, 20, 0, 40, 20, 2)
  fill(map, 0, 20, 20, 40, 3)
  fill(map, 25, 25, 40, 40, 4)
  const touching = new Touching(map, (id) => id * 10)
  expect(touching.look(whole(map))).toBe(true)
  expect(touching.pairs).toEqual([
    [10, 20],
    [10, 30],
  ])
  expect(touching.look(whole(map))).toBe(false)
})

it('counts objects of one category as one, and those of none not at all', () => {
  const map = emptyLabelMap(16, 16)
  fill(map, 0, 0, 8, 16, 1)
  fill(map, 8, 0, 16, 8, 2)
  fill(map, 8, 8, 16, 16, 3)
  const touching = new Touching(map, (id) => (id === 3 ? undefined : 5))
  expect(touching.look(whole(map))).toBe(false)
})

it('finds what comes to touch at any side of the part that changed', () => {
  for (const [x, y] of [
    [4, 12],
    [20, 12],
    [12, 4],
    [12, 20],
  ] as const) {
    const map = emptyLabelMap(32, 32)
    fill(map, 12, 12, 20, 20, 1)
    const touching = new Touching(map, (id) => id)
    touching.look(whole(map))
    fill(map, x, y, x + 8, y + 8, 2)
    expect(touching.look({ x0: x, y0: y, x1: x + 8, y1: y + 8 }), `${x},${y}`).toBe(true)
  }
})

it('stays inside the map, whatever part is asked for', () => {
  const map = emptyLabelMap(9, 7)
  fill(map, 0, 0, 9, 7, 1)
  fill(map, 4, 0, 9, 7, 2)
  const touching = new Touching(map, (id) => id)
  touching.look({ x0: -5, y0: -3, x1: 50, y1: 60 })
  expect(touching.pairs).toEqual([[1, 2]])
})
