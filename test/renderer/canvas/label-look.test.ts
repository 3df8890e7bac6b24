import { expect, it } from 'vitest'
import { LabelLook } from '../../../renderer/canvas/label-look.ts'
import { createLabelingStore } from '../../../renderer/stores/labeling.ts'
import { createViewingStore } from '../../../renderer/stores/viewing.ts'
import type { Rect } from '../../../shared/label/label-map.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import { type PatternRows, patternRows } from '../../../shared/label/pattern.ts'
import { openLabel } from '../../support/label-bench.ts'
import { benchCategories, toolBench } from '../../support/tool-bench.ts'

const storage = { getItem: () => null, setItem() {} }

/** Three objects beside each other, with the places that are outlined anew since the last look. */
function outlined() {
  const bench = toolBench(90, 30, 'brush')
  bench.labeling.setState({ brushSize: 8 })
  for (const x of [10, 40, 70]) {
    bench.labeling.setState({ objectId: null })
    bench.down(x, 15)
    bench.up(x, 15)
  }
  let changed: (readonly Rect[] | undefined)[] = []
  const look = new LabelLook({
    view: {
      showLabel() {},
      recolorLabel() {},
      setLabelOpacity() {},
      setVisible() {},
      setOutlines() {},
      adjust() {},
      setSmooth() {},
      showShapes() {},
      showContours: (_looks, where) => void changed.push(where),
    },
    labeling: bench.labeling,
    viewing: createViewingStore(storage),
    categories: () => benchCategories,
  })
  look.open(bench.session)
  bench.labeling.subscribe((state, before) => look.follow(state, before))
  const columns = () => {
    // Everywhere is -1.
    const seen = changed.flatMap((rects) => rects?.map(({ x0 }) => Math.floor(x0 / 30)) ?? [-1])
    changed = []
    return seen
  }
  columns()
  return { ...bench, columns }
}

it('outlines anew the objects that are chosen otherwise, and no others', () => {
  const { labeling, columns } = outlined()
  labeling.setState({ objectId: 1 })
  expect(columns().sort()).toEqual([0, 2])
  labeling.setState({ objectId: 1, selected: [1, 2] })
  expect(columns()).toEqual([1])
  labeling.setState({ objectId: 2, selected: [1, 2] })
  expect(columns().sort()).toEqual([0, 1])
})

it('outlines nothing anew when a stroke goes on with its object', () => {
  const { labeling, down, up, columns } = outlined()
  labeling.setState({ objectId: 3 })
  columns()
  down(75, 15)
  up(75, 15)
  expect(columns()).toEqual([])
})

/** Objects 1 … n as columns of a label, ten pixels wide, one of each category; how each is drawn. */
function patterned(categories: readonly Category[]) {
  const { session, map } = openLabel(10 * categories.length, 8)
  for (const [i, { id }] of categories.entries()) {
    session.doc.objects.set(i + 1, { id: i + 1, categoryId: id, attributes: {} })
    for (let y = 0; y < map.height; y++)
      map.ids.fill(i + 1, y * map.width + 10 * i, y * map.width + 10 * i + 10)
  }
  const drawn = {
    palette: (_: number): number => 0,
    patternOf: (_: number): PatternRows | null => null,
    recolored: 0,
  }
  const viewing = createViewingStore(storage)
  const labeling = createLabelingStore(storage)
  const look = new LabelLook({
    view: {
      showLabel: (_, palette, patternOf) => Object.assign(drawn, { palette, patternOf }),
      recolorLabel: (palette, patternOf) =>
        Object.assign(drawn, { palette, patternOf, recolored: drawn.recolored + 1 }),
      setLabelOpacity() {},
      setVisible() {},
      setOutlines() {},
      adjust() {},
      setSmooth() {},
      showShapes() {},
      showContours() {},
    },
    labeling,
    viewing,
    categories: () => categories,
  })
  viewing.subscribe((state, before) => look.followViewing(state, before))
  look.open(session)
  return { look, map, viewing, drawn }
}

const category = (id: number, color: string, more: Partial<Category> = {}): Category => ({
  id,
  name: `c${id}`,
  color,
  hasInstances: false,
  ...more,
})

it('gives categories that touch and look alike patterns, and void the grey hatch, unless they are switched off', () => {
  const { viewing, drawn } = patterned([
    category(4, '#336699'),
    category(7, '#336699'),
    category(9, '#000000', { isVoid: true }),
  ])
  expect([...viewing.getState().patterns]).toEqual([
    [9, 'void'],
    [7, 'dots'],
  ])
  expect([1, 2, 3].map((id) => drawn.patternOf(id))).toEqual([null, patternRows.dots, patternRows.void])
  expect(drawn.palette(3)).toBe(0xffdddddd)
  viewing.setState(({ aids }) => ({ aids: { ...aids, patterns: false } }))
  expect([1, 2, 3].map((id) => drawn.patternOf(id))).toEqual([null, null, null])
  expect(drawn.palette(3)).toBe(0xff000000)
  expect(viewing.getState().patterns.size).toBe(0)
})

it('gives a pattern as soon as two come to touch, and colours nothing anew while none do', () => {
  const { look, map, viewing, drawn } = patterned([
    category(1, '#336699'),
    category(2, '#f0e442'),
    category(3, '#336699'),
  ])
  expect(viewing.getState().patterns.size).toBe(0)
  const dirty = { x0: 10, y0: 0, x1: 20, y1: 8 }
  look.changed(dirty)
  expect(drawn.recolored).toBe(0)
  for (let y = 0; y < map.height; y++) map.ids.fill(1, y * map.width + 10, y * map.width + 20)
  look.changed(dirty)
  expect(drawn.recolored).toBe(1)
  expect([...viewing.getState().patterns]).toEqual([[3, 'dots']])
  look.changed(dirty)
  expect(drawn.recolored).toBe(1)
})
