import { describe, expect, it } from 'vitest'
import { updateIndex } from '../../../shared/label/object-index.ts'
import { imageOf } from '../../support/made-images.ts'
import { toolBench } from '../../support/tool-bench.ts'

const [width, height] = [60, 40]
/** Two bright squares of 10 × 10 that touch at a corner, on a dark slope that grows brighter to the right. */
const image = imageOf(width, height, (x, y) => {
  const isFirst = x >= 10 && x < 20 && y >= 10 && y < 20
  const isSecond = x >= 20 && x < 30 && y >= 20 && y < 30
  return isFirst || isSecond ? [220, 220, 220] : [x, x, x]
})
const bench = () => toolBench(width, height, 'fill', image)

/** Labels a frame around (40 … 49, 10 … 19), which stays unlabeled. */
function framed() {
  const made = bench()
  for (let y = 9; y <= 20; y++)
    for (let x = 39; x <= 50; x++) {
      const isInside = x > 39 && x < 50 && y > 9 && y < 20
      if (!isInside) made.map.ids[y * width + x] = 9
    }
  return made
}

describe('the fill bucket', () => {
  it('shows what is of like colour, and fills exactly that with a second click, in one step of undo', () => {
    const made = bench()
    made.click(12, 12)
    expect(made.counts()).toEqual({})
    const shown = made.masked('Fill')
    expect(shown).toHaveLength(100)
    made.click(18, 18)
    expect(made.pixelsOf(1)).toEqual(shown)
    expect(made.session.history.undoTitle).toBe('Fill on car 1')
    expect([made.runner.hasShape, made.sketches.size]).toEqual([false, 0])
    made.session.undo()
    expect(made.counts()).toEqual({})
  })

  it('with Shift goes over corners', () => {
    const made = bench()
    made.click(12, 12, { shift: true })
    expect(made.masked('Fill')).toHaveLength(200)
    made.runner.key('finish')
    expect(made.counts()).toEqual({ 1: 200 })
  })

  it('shows another place when that is clicked, and drops what it shows without a trace', () => {
    const made = bench()
    made.click(12, 12)
    made.click(25, 25)
    expect(made.masked('Fill')).toContain(25 * width + 25)
    expect(made.masked('Fill')).not.toContain(12 * width + 12)
    made.runner.key('drop')
    expect([made.runner.hasShape, made.sketches.size, made.counts()]).toEqual([false, 0, {}])
  })

  it('takes more or less when the wheel turns, at once', () => {
    const made = bench()
    made.labeling.setState({ fillTolerance: 2 })
    made.click(40.5, 35.5)
    const before = made.masked('Fill').length
    made.runner.send({ kind: 'wheel', at: { x: 40, y: 35 }, turn: 'larger', step: 'notch' })
    made.runner.forgetHover()
    expect(made.labeling.getState().fillTolerance).toBe(6)
    expect(made.masked('Fill').length).toBeGreaterThan(before)
    made.runner.key('finish')
    expect(made.counts()[1]).toBeGreaterThan(before)
  })

  it('fills a gap that labels enclose with one click, shown while the button is down', () => {
    const made = framed()
    made.down(45, 15)
    expect(made.masked('Fill')).toHaveLength(100)
    expect(made.counts()[1]).toBeUndefined()
    made.up(45, 15)
    expect(made.counts()[1]).toBe(100)
  })

  it('does not take a gap for enclosed that has a way out', () => {
    const made = framed()
    made.map.ids[9 * width + 45] = 0
    made.click(45, 15)
    expect(made.counts()[1]).toBeUndefined()
    expect(made.runner.hasShape).toBe(true)
  })

  it('with Alt takes away from the object that is there', () => {
    const made = bench()
    made.click(12, 12)
    made.runner.key('finish')
    made.labeling.setState({ objectId: null })
    made.click(12, 12, { alt: true })
    expect(made.masked('Fill')).toHaveLength(100)
    made.click(15, 15, { alt: true })
    expect(made.counts()).toEqual({})
  })

  it('does nothing beside the image, and nothing without a photograph', () => {
    const made = bench()
    made.click(-5, 5)
    expect(made.masked('Fill')).toEqual([])
    made.runner.key('finish')
    expect(made.counts()).toEqual({})
    const blind = toolBench(width, height, 'fill')
    blind.click(12, 12)
    blind.runner.key('finish')
    expect(blind.counts()).toEqual({})
  })

  it('waits while another tool is used', () => {
    const made = bench()
    made.click(12, 12)
    made.use('brush')
    expect(made.masked('Fill')).toHaveLength(100)
    made.use('fill')
    made.runner.key('finish')
    expect(made.counts()).toEqual({ 1: 100 })
  })

  it('takes away exactly what it shows, whatever is chosen to paint and wherever the second click is', () => {
    const made = bench()
    // The square is a car's; strokes would go on with the road.
    for (let y = 10; y < 20; y++) for (let x = 10; x < 20; x++) made.map.ids[y * width + x] = x < 15 ? 3 : 4
    made.session.doc.objects.set(3, { id: 3, categoryId: 1, attributes: {} })
    made.session.doc.objects.set(4, { id: 4, categoryId: 2, attributes: {} })
    for (let y = 10; y < 20; y++) {
      const pixels = { runs: Uint32Array.of(y * width + 10, 10), before: new Uint32Array(10) }
      updateIndex(
        made.session.index,
        { ...pixels, after: made.map.ids.slice(y * width + 10, y * width + 20) },
        width,
      )
    }
    made.labeling.setState({ categoryId: 2, objectId: null })
    made.click(12, 12, { alt: true })
    const shown = made.masked('Fill')
    expect(shown).toHaveLength(50)
    made.click(18, 18)
    expect(made.counts()).toEqual({ 4: 50 })
    expect(made.session.history.undoTitle).toBe('Fill off car 3')
  })

  it('fills a gap for what is chosen, though taking away is shown elsewhere', () => {
    const made = framed()
    made.click(12, 12, { alt: true })
    made.click(45, 15)
    expect(made.counts()[1]).toBe(100)
  })
})
