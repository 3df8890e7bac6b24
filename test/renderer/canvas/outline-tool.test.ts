import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { imageOf } from '../../support/made-images.ts'
import { toolBench } from '../../support/tool-bench.ts'

/** A polygon of 20 × 20 pixels whose first corner is at (30, 30), without what closes it. */
function withSquare(alt = false) {
  const bench = toolBench(100, 80, 'polygon')
  for (const [x, y] of [
    [30, 30],
    [50, 30],
    [50, 50],
    [30, 50],
  ] as const)
    bench.click(x, y, { alt })
  return bench
}

describe('a polygon', () => {
  it('is filled by Enter, by its first corner and by a double click, as one step of undo', () => {
    const ends = [
      (bench: ReturnType<typeof withSquare>) => bench.runner.key('finish'),
      (bench: ReturnType<typeof withSquare>) => bench.click(33, 31),
      (bench: ReturnType<typeof withSquare>) => bench.click(30, 50),
    ]
    for (const end of ends) {
      const bench = withSquare()
      expect(bench.counts()).toEqual({})
      expect(bench.runner.hasShape).toBe(true)
      end(bench)
      expect(bench.counts()).toEqual({ 1: 400 })
      expect(bench.session.history.undoTitle).toBe('Polygon on car 1')
      expect(bench.runner.hasShape).toBe(false)
      expect(bench.sketches.size).toBe(0)
      bench.session.undo()
      expect(bench.counts()).toEqual({})
      expect(bench.session.history.undoTitle).toBeNull()
    }
  })

  it('closed with Alt cuts a hole into the object', () => {
    const bench = withSquare()
    bench.runner.key('finish')
    for (const [x, y] of [
      [32, 32],
      [48, 32],
      [48, 48],
      [32, 48],
    ] as const)
      bench.click(x, y)
    bench.runner.key('finish', true)
    expect(bench.counts()).toEqual({ 1: 144 })
    expect(bench.session.history.undoTitle).toBe('Polygon off car 1')
  })

  it('closed by a click with Alt, or while the erase key is held, cuts as well', () => {
    for (const held of [false, true]) {
      const bench = withSquare()
      bench.runner.key('finish')
      for (const [x, y] of [
        [40, 20],
        [70, 20],
        [70, 60],
        [40, 60],
      ] as const)
        bench.click(x, y)
      bench.runner.eraseHeld = held
      if (held) bench.runner.key('finish')
      else bench.click(40, 20, { alt: true })
      expect(bench.counts()).toEqual({ 1: 200 })
    }
  })

  it('loses its last corner, and in the end itself, while earlier steps stay', () => {
    const bench = withSquare()
    for (let corners = 3; corners >= 0; corners--) {
      expect(bench.runner.key('back')).toBe(true)
      expect(bench.sketches.get('Polygon')?.handles.length ?? 0).toBe(corners)
    }
    expect(bench.runner.key('back')).toBe(false)
  })

  it('keeps its keys to itself while a button is down', () => {
    const bench = withSquare()
    bench.down(70, 70)
    expect([bench.runner.key('back'), bench.runner.key('finish')]).toEqual([true, true])
    bench.up(70, 70)
    expect(bench.sketches.get('Polygon')?.handles).toHaveLength(5)
    expect(bench.counts()).toEqual({})
  })

  it('is dropped without a trace', () => {
    const bench = withSquare()
    expect(bench.runner.key('drop')).toBe(true)
    expect([bench.counts(), bench.runner.hasShape, bench.sketches.size]).toEqual([{}, false, 0])
    expect(bench.runner.key('drop')).toBe(false)
  })

  it('becomes what is chosen when it is closed', () => {
    const bench = withSquare()
    bench.labeling.setState({ categoryId: 2 })
    bench.runner.key('finish')
    expect(bench.session.doc.objects.get(1)?.categoryId).toBe(2)
  })

  it('protects what others have, where that is on', () => {
    const bench = withSquare()
    bench.runner.key('finish')
    bench.labeling.setState({ objectId: null, protects: true })
    for (const [x, y] of [
      [40, 30],
      [60, 30],
      [60, 50],
      [40, 50],
    ] as const)
      bench.click(x, y)
    bench.runner.key('finish')
    expect(bench.counts()).toEqual({ 1: 400, 2: 200 })
  })

  it('goes with the image it was drawn on', () => {
    const bench = withSquare()
    bench.runner.open(null)
    bench.runner.open(bench.session)
    expect([bench.runner.hasShape, bench.sketches.size]).toEqual([false, 0])
    expect(bench.runner.key('finish')).toBe(false)
    expect(bench.counts()).toEqual({})
  })

  it('shows the line to the pointer, dashed, and its first corner ready where a click closes', () => {
    const bench = withSquare()
    bench.move(40, 60)
    const sketch = bench.sketches.get('Polygon')!
    expect(sketch.lines.at(-1)).toEqual({
      points: [
        { x: 30, y: 50 },
        { x: 40, y: 60 },
      ],
      dashed: true,
    })
    expect(sketch.handles.some(({ ready }) => ready)).toBe(false)
    // 24 pixels across is the least a target may have.
    bench.move(38, 38)
    expect(bench.sketches.get('Polygon')!.handles[0]).toEqual({ at: { x: 30, y: 30 }, ready: true })
  })
})

describe('another tool', () => {
  it('leaves an open polygon as it is, to be gone on with', () => {
    const bench = withSquare()
    bench.use('brush')
    expect(bench.runner.hasShape).toBe(false)
    expect(bench.sketches.get('Polygon')?.handles).toHaveLength(4)
    bench.labeling.setState({ brushSize: 1 })
    bench.click(90, 70)
    expect(bench.counts()).toEqual({ 1: 1 })
    expect(bench.runner.key('finish')).toBe(false)
    bench.use('polygon')
    bench.runner.key('finish')
    expect(bench.counts()).toEqual({ 1: 401 })
  })

  it('chosen in the middle of a stroke lets it go on to its end', () => {
    const bench = toolBench(100, 80, 'brush')
    bench.labeling.setState({ brushSize: 1 })
    bench.down(10.5, 10.5)
    bench.move(20.5, 10.5)
    bench.use('select')
    bench.move(30.5, 10.5)
    bench.up(40.5, 10.5)
    expect(bench.counts()).toEqual({ 1: 31 })
    expect(bench.session.history.undoTitle).toBe('Brush on car 1')
    bench.click(35.5, 10.5)
    expect(bench.labeling.getState().objectId).toBe(1)
    expect(bench.counts()).toEqual({ 1: 31 })
  })

  it('chosen in the middle of a freehand stretch lets it end there', () => {
    const bench = toolBench(100, 80, 'polygon')
    bench.down(10, 10)
    bench.move(40, 10)
    bench.use('brush')
    bench.move(40, 40)
    bench.move(10, 40)
    bench.up(10, 11)
    expect(bench.counts()).toEqual({ 1: 900 })
    expect(bench.sketches.size).toBe(0)
  })
})

describe('a magic boundary', () => {
  const isBlock = (x: number, y: number) => x >= 30 && x < 70 && y >= 20 && y < 60
  const block = buildHierarchy(imageOf(100, 80, (x, y) => (isBlock(x, y) ? [230, 60, 50] : [40, 90, 160])))

  it('takes the whole of a block from two clicks near opposite corners, pixel by pixel', () => {
    const bench = toolBench(100, 80, 'magic')
    bench.runner.setHierarchy(block)
    bench.click(32, 18)
    bench.move(50, 19)
    bench.click(67, 19)
    bench.click(71, 58)
    bench.move(33, 62)
    bench.click(28, 62)
    bench.runner.key('finish')
    const expected = [...bench.map.ids.keys()].filter((p) => isBlock(p % 100, Math.floor(p / 100)))
    expect(bench.pixelsOf(1)).toEqual(expected)
    expect(bench.session.history.undoTitle).toBe('Magic boundary on car 1')
  })

  it('goes straight with Shift, and while there are no superpixels', () => {
    for (const hierarchy of [block, null]) {
      const bench = toolBench(100, 80, 'magic')
      bench.runner.setHierarchy(hierarchy)
      bench.click(35, 5, { shift: true })
      bench.move(60, 50, { shift: true })
      expect(bench.sketches.get('Magic boundary')?.lines.at(-1)?.points).toEqual([
        { x: 35, y: 5 },
        { x: 60, y: 50 },
      ])
    }
  })
})
