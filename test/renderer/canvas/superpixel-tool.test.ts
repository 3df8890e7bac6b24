import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Camera, screenRect } from '../../../renderer/canvas/camera.ts'
import type { Highlight } from '../../../renderer/canvas/canvas-view.ts'
import { maskColors } from '../../../renderer/canvas/layers/pixel-mask.ts'
import { ToolRunner } from '../../../renderer/canvas/tool-runner.ts'
import { createLabelingStore } from '../../../renderer/stores/labeling.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { nodeUnder } from '../../../shared/superpixel/cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { refinedNodeAt } from '../../../shared/superpixel/refinement.ts'
import type { ImagePoint, WheelStep, WheelTurn } from '../../../shared/tools/tool-event.ts'
import { openLabel } from '../../support/label-bench.ts'
import { blockHierarchy } from '../../support/made-hierarchy.ts'
import { sceneImage } from '../../support/made-images.ts'

const categories = [
  { id: 1, name: 'car', color: '#e69f00', hasInstances: true },
  { id: 2, name: 'road', color: '#0072b2', hasInstances: false },
]
const none = { shift: false, alt: false }

/** The superpixel tool over an empty label. `camera`: what the canvas shows; every highlight is painted as it would be. */
function bench(hierarchy: Hierarchy, count: number, camera: Camera = { scale: 1, x: 0, y: 0 }) {
  const { width, height } = hierarchy
  const { session, map } = openLabel(width, height)
  const labeling = createLabelingStore({ getItem: () => null, setItem: () => {} })
  labeling.setState({ cellCount: count })
  let highlight: Highlight | null = null
  const size = { width: 1600, height: 1000 }
  const runner = new ToolRunner({
    view: {
      ratio: 1,
      camera,
      showHighlight(shown, grown) {
        highlight = shown
        const part = shown && screenRect(camera, grown ?? shown.bounds, size)
        if (part && part.x0 < part.x1 && part.y0 < part.y1)
          maskColors({ camera, size, image: { width, height } }, part, shown, shown.look)
      },
      previewStroke() {},
    },
    labeling,
    mayEdit: () => true,
    categories: () => categories,
    firstCategory: () => Promise.resolve(categories[0]!),
    openMenu: () => {},
    vanished: () => {},
    failed: (error) => expect.fail(String(error)),
  })
  session.onDirty(() => runner.forgetHover())
  runner.open(session)
  runner.setHierarchy(hierarchy)
  const move = (at: ImagePoint, alt = false) => runner.send({ kind: 'move', at, modifiers: { ...none, alt } })
  const down = (at: ImagePoint, alt = false) =>
    runner.send({ kind: 'down', at, button: 'primary', modifiers: { ...none, alt } })
  const up = (at: ImagePoint) => runner.send({ kind: 'up', at })
  const pixelsWhere = (holds: ((pixel: number) => boolean) | undefined) =>
    [...map.ids.keys()].filter((pixel) => holds?.(pixel))
  return {
    session,
    labeling,
    runner,
    map,
    move,
    down,
    up,
    click(at: ImagePoint, alt = false) {
      down(at, alt)
      up(at)
    },
    wheel: (at: ImagePoint, turn: WheelTurn, step: WheelStep = 'notch') =>
      runner.send({ kind: 'wheel', at, turn, step }),
    /** Pixels that the highlight says a click changes, and those of its cells that it leaves. */
    shown: () => ({ changes: pixelsWhere(highlight?.holds), keeps: pixelsWhere(highlight?.keeps) }),
    /** The pixels of the cell under a point, as cells are now. */
    cell({ x, y }: ImagePoint) {
      const { cellCount, splits } = labeling.getState()
      const under = hierarchy.leaf[Math.floor(y) * width + Math.floor(x)]!
      const node = refinedNodeAt(hierarchy, under, cellCount!, splits)
      const [lo, hi] = [firstLeaf(hierarchy, node), endLeaf(hierarchy, node)]
      return [...hierarchy.leaf.keys()].filter((pixel) => {
        const leaf = hierarchy.leaf[pixel]!
        return leaf >= lo && leaf < hi
      })
    },
    labeled: (id = 1) => [...map.ids.keys()].filter((pixel) => map.ids[pixel] === id),
  }
}

const scene = buildHierarchy(sceneImage(90, 70))
const at = { x: 45.5, y: 35.5 }

describe('a cell that the object has in part', () => {
  /** One cell of a fine level is the object's; at the coarse level it is a part of the one under `at`. */
  function partlyLabeled() {
    const desk = bench(scene, 120)
    desk.click(at)
    desk.labeling.setState({ cellCount: 12 })
    desk.runner.forgetHover()
    return desk
  }

  it('says so, shows what a click adds and marks what stays, and is completed by it', () => {
    const { labeling, move, click, shown, cell, labeled } = partlyLabeled()
    const had = labeled()
    move(at)
    expect(labeling.getState().cell).toEqual({ covered: 'some', objectId: 1 })
    expect(shown().keeps).toEqual(had)
    expect(shown().changes).toEqual(cell(at).filter((pixel) => !had.includes(pixel)))
    expect(shown().changes.length).toBeGreaterThan(0)
    click(at)
    expect(labeled()).toEqual(cell(at))
    move(at)
    expect(labeling.getState().cell).toEqual({ covered: 'all', objectId: 1 })
  })

  it('is cleared by a click with Alt, which shows exactly what goes', () => {
    const { labeling, move, click, shown, labeled } = partlyLabeled()
    const had = labeled()
    move(at, true)
    expect(labeling.getState().cell).toEqual({ covered: 'some', objectId: 1 })
    expect(shown()).toEqual({ changes: had, keeps: [] })
    click(at, true)
    expect(labeled()).toEqual([])
  })

  it('is what a brush leaves of a cell as well, and a cut leaf is completed to its last pixel', () => {
    const { labeling, move, click, cell, labeled } = bench(scene, scene.leafCount)
    labeling.setState({ tool: 'brush', brushSize: 1 })
    click(at)
    labeling.setState({ tool: 'superpixel' })
    expect(labeled()).toHaveLength(1)
    move(at)
    const isWhole = cell(at).length === 1
    expect(labeling.getState().cell?.covered).toBe(isWhole ? 'all' : 'some')
    if (!isWhole) click(at)
    expect(labeled()).toEqual(cell(at))
  })

  it('is looked at again after an undo', () => {
    const { session, labeling, move } = partlyLabeled()
    move(at)
    session.undo()
    move(at)
    expect(labeling.getState().cell?.covered).toBe('none')
  })

  it('says nothing of it in a stroke, beside the image, and with another tool', () => {
    const { runner, labeling, move, down, up } = partlyLabeled()
    move(at)
    down(at)
    move({ x: 20, y: 20 })
    expect(labeling.getState().cell).toBeNull()
    up({ x: 20, y: 20 })
    move(at)
    move({ x: -9, y: 5 })
    expect(labeling.getState().cell).toBeNull()
    move(at)
    runner.cancel()
    expect(labeling.getState().cell).toBeNull()
  })
})

describe('Alt without an active object', () => {
  it('shows and takes the object under the pointer, whatever else is in the cell', () => {
    const { session, labeling, move, click, shown, labeled } = bench(scene, 120)
    click(at)
    labeling.setState({ objectId: null, categoryId: 1 })
    const first = { x: 45.5, y: 5.5 }
    click(first)
    labeling.setState({ objectId: null, cellCount: 2 })
    // With two cells both objects may lie in one.
    move(at, true)
    expect(shown().changes).toEqual(labeled(1))
    click(at, true)
    expect(labeled(1)).toEqual([])
    expect(labeled(2).length).toBeGreaterThan(0)
    expect(session.history.undoTitle).toMatch(/car/)
  })
})

describe('what was picked', () => {
  const point = fc.record({ x: fc.nat(89), y: fc.nat(69) })
  const levels = fc.integer({ min: 2, max: scene.leafCount })

  it('is the same pixels at every level that is shown later, to the last one', () => {
    fc.assert(
      fc.property(point, levels, levels, (where, first, second) => {
        const { click, cell, labeling, labeled, move, runner } = bench(scene, first)
        const picked = cell(where)
        click(where)
        expect(labeled()).toEqual(picked)
        labeling.setState({ cellCount: second })
        runner.forgetHover()
        move(where)
        expect(labeled()).toEqual(picked)
        const now = cell(where)
        const part = now.filter((pixel) => picked.includes(pixel)).length
        expect(labeling.getState().cell?.covered).toBe(part === now.length ? 'all' : 'some')
      }),
      { numRuns: 40 },
    )
  })

  it('in one drag with the wheel turned on the way is the cells of each size, in one step of undo', () => {
    const { session, down, move, wheel, up, labeling, labeled } = bench(scene, 200)
    const [a, b, c] = [
      { x: 5, y: 60 },
      { x: 25, y: 60 },
      { x: 80, y: 60 },
    ]
    const expected = new Set<number>()
    const collect = (from: ImagePoint, to: ImagePoint) => {
      for (let x = from.x; x <= to.x; x++) {
        const node = nodeUnder(scene, 60 * 90 + x, labeling.getState().cellCount!)
        for (const [pixel, leaf] of scene.leaf.entries())
          if (leaf >= firstLeaf(scene, node) && leaf < endLeaf(scene, node)) expected.add(pixel)
      }
    }
    down(a)
    collect(a, b)
    move(b)
    for (let i = 0; i < 6; i++) wheel(b, 'larger')
    expect(labeling.getState().cellCount).toBeLessThan(60)
    collect(b, c)
    move(c)
    up(c)
    expect(labeled()).toEqual([...expected].sort((p, q) => p - q))
    session.undo()
    expect(labeled()).toEqual([])
    expect(session.history.undoTitle).toBeNull()
  })

  it('in a cell that was split is its part alone', () => {
    const { click, wheel, cell, labeled, labeling } = bench(scene, 12)
    const whole = cell(at)
    wheel(at, 'smaller', 'cell')
    expect(labeling.getState().cellCount).toBe(12)
    const part = cell(at)
    expect(part.length).toBeLessThan(whole.length)
    click(at)
    expect(labeled()).toEqual(part)
    wheel(at, 'larger', 'cell')
    expect(cell(at)).toEqual(whole)
    expect(labeled()).toEqual(part)
  })
})

describe('what a gesture costs', () => {
  /** Counts every pixel read or written of an array with one number a pixel. */
  function counting(array: Uint32Array, touched: { pixels: number }): Uint32Array {
    return new Proxy(array, {
      get(target, key) {
        if (typeof key === 'string' && /^\d/.test(key)) {
          touched.pixels++
          return target[Number(key)]
        }
        if (key === 'subarray')
          return (from: number, to: number) => {
            touched.pixels += to - from
            return target.subarray(from, to)
          }
        if (key === 'set')
          return (from: Uint32Array, start: number) => {
            touched.pixels += from.length
            target.set(from, start)
          }
        if (key === 'length') return target.length
        throw new Error(`${String(key)} of a map is not counted`)
      },
    })
  }

  const side = 16
  /** A gesture over cells of `side` × 16 · `side` pixels at one of two image sizes, seen at the same zoom. */
  function measure(width: number, height: number) {
    const leaves = (width / side) * (height / side)
    const made = blockHierarchy(width, height, side)
    const touched = { pixels: 0 }
    const hierarchy = { ...made, leaf: counting(made.leaf, touched) }
    const desk = bench(hierarchy, leaves / 16, { scale: 0.5, x: 0, y: 0 })
    Object.assign(desk.map, { ids: counting(desk.map.ids, touched) })
    const spent = (gesture: () => void) => {
      touched.pixels = 0
      gesture()
      return touched.pixels
    }
    const [here, there] = [
      { x: 100, y: 100 },
      { x: 120, y: 250 },
    ]
    return {
      hover: spent(() => desk.move(here)),
      within: spent(() => desk.move({ x: 101, y: 101 })),
      press: spent(() => desk.down(here)),
      release: spent(() => desk.up(here)),
      again: spent(() => desk.move(here)),
      drag: spent(() => {
        desk.down(here)
        desk.move(there)
      }),
      end: spent(() => desk.up(there)),
      notch: spent(() => desk.wheel(there, 'larger')),
      undo: spent(() => void desk.session.undo()),
    }
  }
  let small: ReturnType<typeof measure>
  let large: ReturnType<typeof measure>
  beforeAll(() => {
    small = measure(1024, 1024)
    large = measure(5120, 4096)
  })

  it('is the same on 20 megapixels as on one: pixels of the cells, not of the image', () => {
    expect(large).toEqual(small)
  })

  it('is a few looks at each pixel of the cells, and one within a cell that is shown already', () => {
    const cell = 16 * side * side
    expect(small.within).toBeLessThanOrEqual(1)
    for (const gesture of ['hover', 'press', 'release', 'again'] as const) {
      expect(small[gesture]).toBeGreaterThan(0)
      expect(small[gesture]).toBeLessThan(6 * cell)
    }
    expect(small.drag + small.end).toBeLessThan(12 * 10 * cell)
  })
})
