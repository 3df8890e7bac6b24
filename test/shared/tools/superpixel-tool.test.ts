import { describe, expect, it } from 'vitest'
import { applyEdit, type LabelDocument } from '../../../shared/label/edit.ts'
import { emptyLabelMap } from '../../../shared/label/label-map.ts'
import { indexObjects, updateIndex } from '../../../shared/label/object-index.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import { paintEdit } from '../../../shared/label/paint.ts'
import { coverageOfRuns } from '../../../shared/label/region.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { nodeUnder } from '../../../shared/superpixel/cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { noSplits } from '../../../shared/superpixel/refinement.ts'
import { leafRunsOf, runsOfRanges } from '../../../shared/superpixel/selection.ts'
import {
  type Coverage,
  type PickMode,
  type SuperpixelContext,
  type SuperpixelEffect,
  type SuperpixelState,
  type SuperpixelStep,
  stepSuperpixel,
  superpixelIdle,
  withoutHover,
} from '../../../shared/tools/superpixel-tool.ts'
import type { ImagePoint, ToolEvent, WheelStep } from '../../../shared/tools/tool-event.ts'
import { sceneImage } from '../../support/made-images.ts'

/** Four leaves of 10 × 10 pixels in a row; merges: 0 with 1 into 4, 2 with 3 into 5, then both into 6. */
const row: Hierarchy = {
  width: 40,
  height: 10,
  engine: 'made by hand',
  leafCount: 4,
  leaf: Uint32Array.from({ length: 400 }, (_, p) => Math.floor((p % 40) / 10)),
  parent: Uint32Array.from([4, 4, 5, 5, 6, 6, 6]),
  lo: Uint32Array.from([0, 2, 0]),
  hi: Uint32Array.from([2, 4, 4]),
  runStart: Uint32Array.from([0, 10, 20, 30, 40]),
  runs: Uint32Array.from(
    [0, 1, 2, 3].flatMap((leaf) => Array.from({ length: 10 }, (_, y) => [y * 40 + leaf * 10, 10]).flat()),
  ),
}

/** The active object has all of leaf 1 and a part of leaf 2. */
const coverage = (lo: number, hi: number): Coverage => {
  if (lo === 1 && hi === 2) return 'all'
  return lo <= 2 && hi > 1 ? 'some' : 'none'
}
const context: SuperpixelContext = { hierarchy: row, count: 4, splits: noSplits, slop: 2, coverage }

const inCell = (cell: number, dx = 0): ImagePoint => ({ x: cell * 10 + 5 + dx, y: 5 })
const outside: ImagePoint = { x: -8, y: 5 }
const modifiers = { shift: false, alt: false }
const down = (at: ImagePoint, how: { alt?: boolean; right?: boolean } = {}): ToolEvent => ({
  kind: 'down',
  at,
  button: how.right ? 'secondary' : 'primary',
  modifiers: { ...modifiers, alt: how.alt ?? false },
})
const move = (at: ImagePoint, alt = false): ToolEvent => ({
  kind: 'move',
  at,
  modifiers: { ...modifiers, alt },
})
const up = (at: ImagePoint): ToolEvent => ({ kind: 'up', at })
const wheel = (
  at: ImagePoint,
  turn: 'larger' | 'smaller' = 'larger',
  step: WheelStep = 'notch',
): ToolEvent => ({ kind: 'wheel', at, turn, step })
const leave: ToolEvent = { kind: 'leave' }
const cancel: ToolEvent = { kind: 'cancel' }

const ranges = (...numbers: number[]) => Uint32Array.from(numbers)
/** Of a stroke, which says nothing about a single cell. */
const strokePreview = (mode: PickMode, ...numbers: number[]): SuperpixelEffect => ({
  kind: 'preview',
  picks: ranges(...numbers),
  mode,
  covered: null,
})
/** Of a cell, with what the object has of it. */
const preview = (mode: PickMode, lo: number, hi: number): SuperpixelEffect => ({
  kind: 'preview',
  picks: ranges(lo, hi),
  mode,
  covered: coverage(lo, hi),
})
const commit = (mode: PickMode, ...numbers: number[]): SuperpixelEffect => ({
  kind: 'commit',
  picks: ranges(...numbers),
  mode,
})
const cleared: SuperpixelEffect = strokePreview('add')

/** Feeds events one after another, with every level change taken up; gives the last state and all effects. */
function play(events: readonly ToolEvent[], start = context): SuperpixelStep {
  let state = superpixelIdle
  let current = start
  const effects: SuperpixelEffect[] = []
  for (const event of events) {
    const [next, done] = stepSuperpixel(state, event, current)
    state = next
    effects.push(...done)
    for (const effect of done) {
      if (effect.kind === 'level') current = { ...current, count: effect.count }
      if (effect.kind === 'splits') current = { ...current, splits: effect.splits }
    }
  }
  return [state, effects]
}
const commits = (events: readonly ToolEvent[], start = context) =>
  play(events, start)[1].filter((effect) => effect.kind === 'commit')

const hovering: SuperpixelState = { kind: 'idle', shown: 0, removes: false }
const pressed: SuperpixelState = { kind: 'pressed', from: inCell(0), intent: 'toggle' }
const rightPressed: SuperpixelState = { kind: 'pressed', from: inCell(0), intent: 'menu' }
const dragging: SuperpixelState = { kind: 'dragging', last: inCell(0), mode: 'add', picks: ranges(0, 1) }
const dragTo = (cell: number, ...picks: number[]): SuperpixelState => ({
  kind: 'dragging',
  last: inCell(cell),
  mode: 'add',
  picks: ranges(...picks),
})
const level = (count: number): SuperpixelEffect => ({ kind: 'level', count })

type Cell = [name: string, state: SuperpixelState, event: ToolEvent, step: SuperpixelStep]

const table: Cell[] = [
  [
    'idle + down: pressed, shows what a click would do',
    superpixelIdle,
    down(inCell(0)),
    [pressed, [preview('add', 0, 1)]],
  ],
  ['idle + move: hovers the cell', superpixelIdle, move(inCell(0)), [hovering, [preview('add', 0, 1)]]],
  ['idle + move within the cell: says nothing', hovering, move(inCell(0, 2)), [hovering, []]],
  ['idle + move off the image: clears the hover', hovering, move(outside), [superpixelIdle, [cleared]]],
  ['idle + up: nothing', hovering, up(inCell(0)), [hovering, []]],
  [
    'idle + wheel: another level, the hover follows',
    hovering,
    wheel(inCell(0)),
    [{ kind: 'idle', shown: 4, removes: false }, [level(3), preview('add', 0, 2)]],
  ],
  ['idle + leave: clears the hover', hovering, leave, [superpixelIdle, [cleared]]],
  ['idle + leave without a hover: nothing', superpixelIdle, leave, [superpixelIdle, []]],
  ['idle + cancel: clears the hover', hovering, cancel, [superpixelIdle, [cleared]]],

  ['pressed + down: a second button does nothing', pressed, down(inCell(2)), [pressed, []]],
  ['pressed + move within the slop: still a click', pressed, move(inCell(0, 1)), [pressed, []]],
  ['pressed + move: a drag', pressed, move(inCell(1)), [dragTo(1, 0, 2), [strokePreview('add', 0, 2)]]],
  ['pressed + up: a click', pressed, up(inCell(0)), [superpixelIdle, [cleared, commit('add', 0, 1)]]],
  [
    'pressed + up far away: a drag after all',
    pressed,
    up(inCell(1)),
    [superpixelIdle, [cleared, commit('add', 0, 2)]],
  ],
  [
    'pressed + up, right button: the menu',
    rightPressed,
    up(inCell(0)),
    [superpixelIdle, [cleared, { kind: 'menu', at: inCell(0) }]],
  ],
  [
    'pressed + wheel: the pressed cell grows',
    pressed,
    wheel(inCell(0)),
    [pressed, [level(3), preview('add', 0, 2)]],
  ],
  ['pressed + leave: nothing, the pointer is captured', pressed, leave, [pressed, []]],
  ['pressed + cancel: no trace', pressed, cancel, [superpixelIdle, [cleared]]],

  ['dragging + down: a second button does nothing', dragging, down(inCell(2)), [dragging, []]],
  [
    'dragging + move: adds the cells on the way',
    dragging,
    move(inCell(2)),
    [dragTo(2, 0, 3), [strokePreview('add', 0, 3)]],
  ],
  [
    'dragging + move within picked cells: nothing new to show',
    dragging,
    move(inCell(0, 3)),
    [{ ...dragging, last: inCell(0, 3) }, []],
  ],
  ['dragging + up: one commit', dragging, up(inCell(0)), [superpixelIdle, [cleared, commit('add', 0, 1)]]],
  [
    'dragging + up elsewhere: the way there counts',
    dragging,
    up(inCell(1)),
    [superpixelIdle, [cleared, commit('add', 0, 2)]],
  ],
  ['dragging + wheel: another level, the stroke stays', dragging, wheel(inCell(0)), [dragging, [level(3)]]],
  ['dragging + leave: nothing, the pointer is captured', dragging, leave, [dragging, []]],
  ['dragging + cancel: no trace', dragging, cancel, [superpixelIdle, [cleared]]],
]

describe('the superpixel tool, state by event', () => {
  it.each(table)('%s', (_, state, event, step) => {
    expect(stepSuperpixel(state, event, context)).toEqual(step)
  })

  it('has a case for every cell of the table', () => {
    const kinds = new Set(table.map(([, state, event]) => `${state.kind} ${event.kind}`))
    expect(kinds.size).toBe(3 * 6)
  })
})

describe('a click', () => {
  it('removes a cell that the object has wholly, and completes one it has in part', () => {
    expect(commits([down(inCell(1)), up(inCell(1))])).toEqual([commit('remove', 1, 2)])
    expect(commits([down(inCell(2)), up(inCell(2))])).toEqual([commit('add', 2, 3)])
  })

  it('with Alt removes, whatever the object has', () => {
    expect(commits([down(inCell(2), { alt: true }), up(inCell(2))])).toEqual([commit('remove', 2, 3)])
  })

  it('outside of the image does nothing', () => {
    expect(commits([down(outside), up(outside)])).toEqual([])
  })

  it('takes the cell of the size that was scrolled to while the button was down', () => {
    expect(commits([down(inCell(3)), wheel(inCell(3)), up(inCell(3))])).toEqual([commit('add', 2, 4)])
  })
})

describe('a hover', () => {
  it('shows what a click would do: add, remove, and with Alt remove', () => {
    expect(play([move(inCell(0)), move(inCell(1)), move(inCell(2)), move(inCell(2), true)])[1]).toEqual([
      preview('add', 0, 1),
      preview('remove', 1, 2),
      preview('add', 2, 3),
      preview('remove', 2, 3),
    ])
  })
})

describe('a drag', () => {
  it('picks the cells between two events that are far apart', () => {
    expect(commits([down(inCell(0)), move(inCell(3)), up(inCell(3))])).toEqual([commit('add', 0, 4)])
  })

  it('that begins in a cell of the object adds all the same', () => {
    expect(commits([down(inCell(1)), move(inCell(2)), up(inCell(2))])).toEqual([commit('add', 1, 3)])
  })

  it('with Alt or the right button removes, and letting go of Alt changes nothing', () => {
    const [start, end] = [inCell(1), inCell(2)]
    expect(commits([down(start, { alt: true }), move(end), up(end)])).toEqual([commit('remove', 1, 3)])
    expect(commits([down(start, { right: true }), move(end), up(end)])).toEqual([commit('remove', 1, 3)])
  })

  it('that begins outside picks what it enters, and none when it enters nothing', () => {
    expect(commits([down(outside), move(inCell(0)), up(inCell(0))])).toEqual([commit('add', 0, 1)])
    const below = { x: 30, y: 90 }
    expect(commits([down({ x: 5, y: 90 }), move(below), up(below)])).toEqual([])
  })

  it('goes on with larger cells after the wheel, and keeps the small ones it has', () => {
    const stroke = [
      down(inCell(0)),
      move(inCell(0, 4)),
      wheel(inCell(0, 4), 'larger'),
      wheel(inCell(0, 4), 'larger'),
    ]
    expect(commits([...stroke, up(inCell(0, 4))])).toEqual([commit('add', 0, 1)])
    expect(commits([...stroke, move(inCell(3)), up(inCell(3))])).toEqual([commit('add', 0, 4)])
  })

  it('that is cancelled commits nothing, and the next one starts afresh', () => {
    const cancelled = [down(inCell(0)), move(inCell(3)), cancel]
    expect(play(cancelled)[0]).toEqual(superpixelIdle)
    expect(commits([...cancelled, up(inCell(3)), down(inCell(3)), up(inCell(3))])).toEqual([
      commit('add', 3, 4),
    ])
  })
})

describe('a hover within one cell', () => {
  it('looks at no pixel again', () => {
    let looks = 0
    const counting: SuperpixelContext = {
      ...context,
      coverage: (lo, hi) => {
        looks++
        return coverage(lo, hi)
      },
    }
    play([move(inCell(2)), move(inCell(2, 1)), move(inCell(2, 2)), move(inCell(2, -3))], counting)
    expect(looks).toBe(1)
  })
})

describe('a hover that may hold no more', () => {
  it('is looked at again by the next move, and cleared by leaving', () => {
    const stale = withoutHover(hovering)
    expect(stepSuperpixel(stale, move(inCell(0, 1)), context)).toEqual([hovering, [preview('add', 0, 1)]])
    expect(stepSuperpixel(stale, leave, context)).toEqual([superpixelIdle, [cleared]])
    expect(stepSuperpixel(stale, move(outside), context)).toEqual([superpixelIdle, [cleared]])
  })

  it('is none where nothing is shown, and no matter of a stroke', () => {
    for (const state of [superpixelIdle, pressed, dragging]) expect(withoutHover(state)).toBe(state)
  })
})

describe('a turn by one cell', () => {
  const coarse = { ...context, count: 2 }
  const [split, join] = [wheel(inCell(0), 'smaller', 'cell'), wheel(inCell(0), 'larger', 'cell')]
  const splits = (...nodes: number[]): SuperpixelEffect => ({ kind: 'splits', splits: new Set(nodes) })

  it('splits what is under the pointer and nothing else, and joins it again', () => {
    expect(play([move(inCell(0)), split], coarse)[1]).toEqual([
      preview('add', 0, 2),
      splits(4),
      preview('add', 0, 1),
    ])
    expect(commits([split, down(inCell(0)), up(inCell(0))], coarse)).toEqual([commit('add', 0, 1)])
    expect(commits([split, down(inCell(3)), up(inCell(3))], coarse)).toEqual([commit('add', 2, 4)])
    expect(commits([split, join, down(inCell(0)), up(inCell(0))], coarse)).toEqual([commit('add', 0, 2)])
  })

  it('does nothing to a leaf, to a cell of the level itself, and beside the image', () => {
    for (const event of [split, join, wheel(outside, 'smaller', 'cell')]) {
      expect(play([event])[1].filter(({ kind }) => kind !== 'preview')).toEqual([])
    }
  })

  it('while the button is down takes the smaller cell, and in a drag goes on with it', () => {
    expect(commits([down(inCell(0)), split, up(inCell(0))], coarse)).toEqual([commit('add', 0, 1)])
    const stroke = [
      down(inCell(3)),
      move(inCell(2)),
      wheel(inCell(0), 'smaller', 'cell'),
      move(inCell(1)),
      up(inCell(1)),
    ]
    expect(commits(stroke, coarse)).toEqual([commit('add', 1, 4)])
  })
})

describe('the wheel', () => {
  it('changes the size to both sides, and by the mean size alone off the image', () => {
    expect(play([wheel(inCell(0), 'larger'), wheel(inCell(0), 'smaller')])[1]).toContainEqual(level(4))
    expect(play([wheel(outside, 'larger')])[1]).toEqual([level(3)])
  })
})

describe('on a label', () => {
  it('a click labels exactly the cell, a second one takes it away with its object', () => {
    const hierarchy = buildHierarchy(sceneImage(60, 45))
    const at = { x: 30.5, y: 20.5 }
    const object: LabelObject = { id: 1, categoryId: 1, attributes: {} }
    const doc: LabelDocument = {
      map: emptyLabelMap(60, 45),
      objects: new Map(),
      status: 'unlabeled',
      nextObjectId: 1,
    }
    const index = indexObjects(doc.map)
    const click = () => {
      const [, effects] = play([down(at), up(at)], {
        hierarchy,
        count: 20,
        splits: noSplits,
        slop: 2,
        coverage: (lo, hi) => coverageOfRuns(doc.map, leafRunsOf(hierarchy, lo, hi), object.id),
      })
      for (const effect of effects) {
        if (effect.kind !== 'commit') continue
        const runs = runsOfRanges(hierarchy, effect.picks)
        const mode = effect.mode === 'add' ? 'claim' : 'remove'
        const edit = paintEdit(doc, index, { runs, object, mode, title: 'Superpixels' })!
        applyEdit(doc, edit)
        updateIndex(index, edit.pixels!, 60)
      }
    }
    const cell = nodeUnder(hierarchy, 20 * 60 + 30, 20)
    const [lo, hi] = [firstLeaf(hierarchy, cell), endLeaf(hierarchy, cell)]
    click()
    expect([...doc.map.ids]).toEqual(Array.from(hierarchy.leaf, (leaf) => (leaf >= lo && leaf < hi ? 1 : 0)))
    expect([...doc.objects.keys()]).toEqual([1])
    click()
    expect(doc.map.ids.every((id) => id === 0)).toBe(true)
    expect(doc.objects.size).toBe(0)
  })
})
