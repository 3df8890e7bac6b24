import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { borderCorner, type Corner, LiveWire, sideCost } from '../../../shared/superpixel/live-wire.ts'
import { imageOf, sceneImage } from '../../support/made-images.ts'

const scene = buildHierarchy(sceneImage(14, 11))
const detail = 8
const columns = scene.width + 1
const rows = scene.height + 1
const steps = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const

/** Costs of all corners by going over every side until nothing gets cheaper. */
function bruteForce(from: Corner): number[] {
  const costs = new Array<number>(columns * rows).fill(Number.POSITIVE_INFINITY)
  costs[from.y * columns + from.x] = 0
  for (let changed = true; changed; ) {
    changed = false
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (const [step, [dx, dy]] of steps.entries()) {
          const cost = costs[y * columns + x]! + sideCost(scene, { x, y }, step, detail)
          const next = (y + dy) * columns + x + dx
          if (Number.isFinite(cost) && cost < costs[next]!) {
            costs[next] = cost
            changed = true
          }
        }
  }
  return costs
}

/** What a way costs, walked side by side; it may only turn, never jump. */
function costOfWay(from: Corner, way: readonly Corner[]): number {
  let cost = 0
  let at = from
  for (const corner of way) {
    expect(corner.x === at.x || corner.y === at.y).toBe(true)
    while (at.x !== corner.x || at.y !== corner.y) {
      const [dx, dy] = [Math.sign(corner.x - at.x), Math.sign(corner.y - at.y)]
      cost += sideCost(
        scene,
        at,
        steps.findIndex(([x, y]) => x === dx && y === dy),
        detail,
      )
      at = { x: at.x + dx, y: at.y + dy }
    }
  }
  return cost
}

const someCorner = fc.record({ x: fc.nat(scene.width), y: fc.nat(scene.height) })

describe('a live wire', () => {
  it('is as cheap as the cheapest way, whatever was asked before', () => {
    fc.assert(
      fc.property(someCorner, fc.array(someCorner, { minLength: 1, maxLength: 6 }), (from, ends) => {
        const costs = bruteForce(from)
        const wire = new LiveWire(scene, from, detail)
        for (const end of ends) {
          const expected = costs[end.y * columns + end.x]!
          const way = wire.to(end)
          expect(wire.costTo(end)).toBe(expected)
          expect(costOfWay(from, way)).toBe(expected)
          if (end.x === from.x && end.y === from.y) expect(way).toEqual([])
          else expect(way.at(-1)).toEqual(end)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('clings to the border of what it goes along', () => {
    const block = buildHierarchy(
      imageOf(60, 50, (x, y) => (x >= 20 && x < 40 && y >= 15 && y < 35 ? [230, 60, 50] : [40, 90, 160])),
    )
    const wire = new LiveWire(block, { x: 20, y: 25 }, 20)
    expect(wire.to({ x: 40, y: 20 })).toEqual([
      { x: 20, y: 15 },
      { x: 40, y: 15 },
      { x: 40, y: 20 },
    ])
  })

  it('goes straight on to what is out of its reach', () => {
    const wire = new LiveWire(scene, { x: 3, y: 3 }, detail, 4)
    const way = wire.to({ x: 14, y: 3 })
    expect(way.at(-1)).toEqual({ x: 14, y: 3 })
    expect(way.at(-2)).toEqual({ x: 7, y: 3 })
  })

  it('is the same every time', () => {
    const ways = [0, 1].map(() => new LiveWire(scene, { x: 1, y: 9 }, detail).to({ x: 13, y: 2 }))
    expect(ways[0]).toEqual(ways[1])
  })
})

describe('the corner on a border', () => {
  const halves = buildHierarchy(imageOf(40, 30, (x) => (x < 20 ? [220, 220, 30] : [30, 30, 120])))

  it('is the nearest on the clearest border within the radius', () => {
    expect(borderCorner(halves, { x: 17.2, y: 12.1 }, 5, 20)).toEqual({ x: 20, y: 12 })
    expect(borderCorner(halves, { x: 20.3, y: 12.1 }, 5, 20)).toEqual({ x: 20, y: 12 })
  })

  it('is the nearest of all where the radius holds none, and one of the image always', () => {
    expect(borderCorner(halves, { x: 10.2, y: 12.1 }, 0.5, 20)).toEqual({ x: 10, y: 12 })
    const outside = borderCorner(halves, { x: -30, y: 999 }, 4, 20)
    expect(outside).toEqual({ x: 0, y: 30 })
  })
})
