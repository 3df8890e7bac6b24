import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type ToolName, toolNames } from '../../../renderer/stores/labeling.ts'
import type { LabelDocument } from '../../../shared/label/edit.ts'
import { lockObjects } from '../../../shared/label/many-objects.ts'
import { indexObjects } from '../../../shared/label/object-index.ts'
import { blockHierarchy } from '../../support/made-hierarchy.ts'
import { imageOf } from '../../support/made-images.ts'
import { toolBench } from '../../support/tool-bench.ts'

const lockToggled = (doc: LabelDocument, id: number) =>
  lockObjects(doc, [id], !doc.objects.get(id)?.locked, [])!

const [width, height] = [32, 24]
const image = imageOf(width, height, (x, y) => [(x >> 3) * 40, (y >> 3) * 60, 90])
const hierarchy = blockHierarchy(width, height, 4)
/** Of no pixel outside of the image. */
const pixelAt = ({ x, y }: { x: number; y: number }) =>
  x >= 0 && y >= 0 && x < width && y < height ? y * width + x : -1
const names: Partial<Record<ToolName, string>> = { box: 'Box', fill: 'Fill' }

const place = fc.record({ x: fc.integer({ min: -1, max: width }), y: fc.integer({ min: -1, max: height }) })
const rarely = fc.nat(4).map((n) => n === 0)
const how = fc.record({ alt: rarely, shift: rarely, right: rarely })
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('click' as const), at: place, how }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('drag' as const), at: place, to: place, how }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('down' as const), at: place, how }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), at: place, how }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('up' as const), at: place }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('tool' as const),
      tool: fc.constantFrom(...toolNames, 'box', 'fill', 'fill'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('finish' as const), removes: fc.boolean() }) },
  fc.record({ do: fc.constantFrom('back' as const, 'drop' as const) }),
  fc.record({ do: fc.constantFrom('cancel' as const, 'undo' as const, 'redo' as const, 'reopen' as const) }),
  fc.record({ do: fc.constant('lock' as const), nth: fc.nat(5) }),
  fc.record({ do: fc.constant('choose' as const), nth: fc.nat(5) }),
  fc.record({ do: fc.constant('category' as const), id: fc.constantFrom(1, 2) }),
  fc.record({ do: fc.constantFrom('protect' as const, 'erase' as const, 'cells' as const) }),
)

it('whatever is done with pointer and keys, tools keep what is locked or protected, and write what they show', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }), (steps) => {
      const bench = toolBench(width, height, 'superpixel', image)
      const { session, runner, labeling, map } = bench
      labeling.setState({ cellCount: 12, brushSize: 5, fillTolerance: 10 })
      runner.setHierarchy(hierarchy)
      let hasCells = true
      let erases = false
      const nth = (n: number) => [...session.doc.objects.keys()][n] ?? null
      for (const each of steps) {
        const before = map.ids.slice()
        const locked = new Set([...session.doc.objects.values()].flatMap((o) => (o.locked ? [o.id] : [])))
        const { tool, protects } = labeling.getState()
        const name = names[tool]
        const wasFree = !runner.isDrawing
        const shown = name && runner.hasShape ? bench.masked(name) : null
        switch (each.do) {
          case 'click':
            bench.click(each.at.x + 0.5, each.at.y + 0.5, each.how)
            break
          case 'drag':
            bench.down(each.at.x, each.at.y, each.how)
            bench.move((each.at.x + each.to.x) / 2, each.at.y, each.how)
            bench.move(each.to.x, each.to.y, each.how)
            bench.up(each.to.x, each.to.y)
            break
          case 'down':
            bench.down(each.at.x, each.at.y, each.how)
            break
          case 'move':
            bench.move(each.at.x, each.at.y, each.how)
            break
          case 'up':
            bench.up(each.at.x, each.at.y)
            break
          case 'tool':
            bench.use(each.tool)
            break
          case 'finish':
            runner.key('finish', each.removes)
            break
          case 'back':
          case 'drop':
            runner.key(each.do)
            break
          case 'cancel':
            runner.cancel()
            break
          case 'undo':
            session.undo()
            break
          case 'redo':
            session.redo()
            break
          case 'reopen':
            runner.open(null)
            runner.open(session)
            break
          case 'lock': {
            const id = nth(each.nth)
            if (id !== null) session.apply(lockToggled(session.doc, id))
            break
          }
          case 'choose':
            runner.choose(nth(each.nth))
            runner.forgetHover()
            break
          case 'category':
            labeling.setState({ categoryId: each.id, objectId: null })
            runner.forgetHover()
            break
          case 'protect':
            labeling.setState({ protects: !protects })
            runner.forgetHover()
            break
          case 'erase':
            erases = !erases
            runner.eraseHeld = erases
            break
          case 'cells':
            hasCells = !hasCells
            runner.setHierarchy(hasCells ? hierarchy : null)
            break
        }
        const changed = [...map.ids.keys()].filter((pixel) => map.ids[pixel] !== before[pixel])
        const writes = ['click', 'drag', 'up', 'finish', 'undo', 'redo']
        if (!writes.includes(each.do)) expect(changed).toEqual([])
        if (each.do !== 'undo' && each.do !== 'redo') {
          for (const pixel of changed) {
            expect(locked.has(before[pixel]!)).toBe(false)
            expect(locked.has(map.ids[pixel]!)).toBe(false)
            if (protects) expect(before[pixel] === 0 || map.ids[pixel] === 0).toBe(true)
          }
        }
        const takes =
          each.do === 'finish'
            ? wasFree && !each.removes
            : each.do === 'click' && tool === 'fill' && wasFree && !each.how.alt && !each.how.right
        const isIn = each.do === 'finish' || (each.do === 'click' && shown?.includes(pixelAt(each.at)))
        if (takes && isIn && shown && !erases) expect(changed).toEqual(shown)
        expect([...session.doc.objects.keys()].sort((a, b) => a - b)).toEqual(
          [...indexObjects(map).keys()].sort((a, b) => a - b),
        )
        for (const [id, { pixels }] of indexObjects(map)) expect(session.index.get(id)?.pixels).toBe(pixels)
      }
      // Each is at hand and so is taken back at once.
      for (let left = session.history.position; left > 0; left--) void session.undo()
      expect(map.ids.every((id) => id === 0)).toBe(true)
    }),
    {
      numRuns: 100,
      examples: [
        // A box that takes away, with nothing chosen: what it shows is the object it would take from.
        [
          [
            { do: 'click', at: { x: 0, y: 4 }, how: { alt: false, shift: true, right: false } },
            { do: 'choose', nth: 1 },
            { do: 'tool', tool: 'box' },
            {
              do: 'drag',
              at: { x: 0, y: 8 },
              to: { x: 3.5, y: 0.5 },
              how: { alt: true, shift: false, right: false },
            },
            { do: 'finish', removes: false },
          ],
        ],
      ],
    },
  )
})
