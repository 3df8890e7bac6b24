import { expect, it } from 'vitest'
import type { Cells } from '../../../renderer/canvas/canvas-view.ts'
import { CellLevel } from '../../../renderer/canvas/cell-level.ts'
import { createLabelingStore } from '../../../renderer/stores/labeling.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { meanSide } from '../../../shared/superpixel/level.ts'
import { noSplits } from '../../../shared/superpixel/refinement.ts'
import { blockHierarchy } from '../../support/made-hierarchy.ts'

function bench() {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  const labeling = createLabelingStore(storage)
  let shown: Cells | null = null
  const runner = {
    holdsCells: false,
    hierarchy: null as Hierarchy | null,
    setHierarchy(hierarchy: Hierarchy | null) {
      this.hierarchy = hierarchy
    },
    forgetHover() {},
  }
  const level = new CellLevel({ view: { showCells: (cells) => (shown = cells) }, labeling, runner })
  labeling.subscribe(() => level.follow())
  return {
    labeling,
    level,
    runner,
    storage,
    shown: () => shown,
    show: (hierarchy: Hierarchy) => labeling.setState({ build: { kind: 'ready', hierarchy, rough: null } }),
    clear: () => labeling.setState({ build: { kind: 'none' } }),
    choose(count: number) {
      labeling.setState({ cellCount: count })
      level.chosen()
    },
  }
}

const large = blockHierarchy(800, 400, 4)
const small = blockHierarchy(400, 200, 4)
const tiny = blockHierarchy(8, 8, 4)

it('shows 900 cells first, and cells of one size on every image after that', () => {
  const { labeling, show, clear, choose, shown } = bench()
  show(large)
  expect(shown()).toMatchObject({ count: 900 })
  choose(320)
  const side = meanSide(large, 320)
  clear()
  expect(shown()).toBeNull()
  show(small)
  expect(shown()).toMatchObject({ hierarchy: small, count: 80 })
  expect(meanSide(small, 80)).toBeCloseTo(side)
  // An image that has no cells of that size does not change what was chosen.
  clear()
  show(tiny)
  expect(shown()).toMatchObject({ count: 2 })
  clear()
  show(large)
  expect(shown()).toMatchObject({ count: 320 })
  expect(labeling.getState().cellCount).toBe(320)
})

it('remembers the size for the next window', () => {
  const { show, choose, storage } = bench()
  show(large)
  choose(320)
  expect(createLabelingStore(storage).getState().cellSide).toBeCloseTo(meanSide(large, 320))
})

it('forgets the splits of other superpixels', () => {
  const { labeling, show, shown } = bench()
  show(large)
  labeling.setState({ splits: new Set([9000]) })
  expect(shown()?.splits.size).toBe(1)
  show(blockHierarchy(800, 400, 8))
  expect(labeling.getState().splits).toBe(noSplits)
  expect(shown()?.splits).toBe(noSplits)
})

it('lets a stroke end on the superpixels it began on, with the level still to be changed', () => {
  const { labeling, level, runner, show, shown } = bench()
  show(large)
  runner.holdsCells = true
  const next = blockHierarchy(800, 400, 8)
  show(next)
  expect(shown()).toMatchObject({ hierarchy: large, count: 900 })
  labeling.setState({ cellCount: 500 })
  expect(shown()).toMatchObject({ hierarchy: large, count: 500 })
  expect(runner.hierarchy).toBe(large)
  runner.holdsCells = false
  level.follow()
  expect(shown()).toMatchObject({ hierarchy: next })
  expect(runner.hierarchy).toBe(next)
})

it('drops a stroke with the image it was on', () => {
  const { runner, show, clear, shown } = bench()
  show(large)
  runner.holdsCells = true
  clear()
  expect(shown()).toBeNull()
  expect(runner.hierarchy).toBeNull()
})
