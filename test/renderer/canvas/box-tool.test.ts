import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { imageOf, noiseByte } from '../../support/made-images.ts'
import { toolBench } from '../../support/tool-bench.ts'

const [width, height] = [120, 90]
const isDisc = (pixel: number) =>
  ((pixel % width) - 60) ** 2 + (Math.floor(pixel / width) - 45) ** 2 < 22 ** 2
const image = imageOf(width, height, (x, y) => {
  const grain = noiseByte(x, y) >> 3
  return isDisc(y * width + x) ? [200 - grain, 40, 40] : [40, 150 + grain, 60]
})
const hierarchy = buildHierarchy(image)
const middle = 45 * width + 60

/** A box drawn around the disc. */
function withBox(alt = false) {
  const bench = toolBench(width, height, 'box', image)
  bench.runner.setHierarchy(hierarchy)
  bench.down(34, 20, { alt })
  bench.move(60, 40, { alt })
  bench.up(86, 70)
  return bench
}
const discShare = (pixels: readonly number[]) => pixels.filter(isDisc).length / pixels.length

describe('a box', () => {
  it('shows the object inside of it, and takes exactly that with Enter, as one step of undo', () => {
    const bench = withBox()
    const shown = bench.masked('Box')
    expect(discShare(shown)).toBeGreaterThan(0.95)
    expect(bench.counts()).toEqual({})
    expect(bench.runner.key('finish')).toBe(true)
    expect(bench.pixelsOf(1)).toEqual(shown)
    expect(bench.session.history.undoTitle).toBe('Box on car 1')
    expect([bench.runner.hasShape, bench.sketches.size]).toEqual([false, 0])
    bench.session.undo()
    expect(bench.counts()).toEqual({})
  })

  it('is as good by two clicks as by a drag', () => {
    const bench = toolBench(width, height, 'box', image)
    bench.runner.setHierarchy(hierarchy)
    bench.click(34, 20)
    bench.move(50, 50)
    expect(bench.sketches.get('Box')?.lines[0]?.dashed).toBe(true)
    bench.click(86, 70)
    expect(bench.masked('Box')).toEqual(withBox().masked('Box'))
  })

  it('is corrected by clicks, and undo takes back the last of them first', () => {
    const bench = withBox()
    const before = bench.masked('Box')
    bench.click(60.5, 45.5, { alt: true })
    expect(bench.masked('Box')).not.toContain(middle)
    bench.click(5.5, 5.5)
    expect(bench.masked('Box')).toContain(5 * width + 5)
    expect(bench.sketches.get('Box')?.handles).toHaveLength(2)
    bench.runner.key('back')
    expect(bench.masked('Box')).not.toContain(5 * width + 5)
    bench.runner.key('back')
    expect(bench.masked('Box')).toEqual(before)
    bench.runner.key('back')
    expect([bench.runner.hasShape, bench.sketches.size]).toEqual([false, 0])
    expect(bench.counts()).toEqual({})
  })

  it('is dropped without a trace', () => {
    const bench = withBox()
    bench.runner.key('drop')
    expect([bench.runner.hasShape, bench.sketches.size, bench.runner.key('finish')]).toEqual([
      false,
      0,
      false,
    ])
    expect(bench.counts()).toEqual({})
  })

  it('drawn with Alt takes the object inside away, from the one that has it', () => {
    const bench = withBox()
    bench.runner.key('finish')
    const had = bench.pixelsOf(1)
    bench.labeling.setState({ objectId: null })
    bench.down(34, 20, { alt: true })
    bench.up(86, 70)
    bench.runner.key('finish')
    expect(bench.pixelsOf(1).length).toBeLessThan(had.length / 20)
  })

  it('waits while another tool is used', () => {
    const bench = withBox()
    const shown = bench.masked('Box')
    bench.use('brush')
    expect([bench.runner.hasShape, bench.masked('Box')]).toEqual([false, shown])
    bench.use('box')
    bench.runner.key('finish')
    expect(bench.pixelsOf(1)).toEqual(shown)
  })

  it('that comes before the superpixels proposes when they are there, and again with others', () => {
    const bench = toolBench(width, height, 'box', image)
    bench.down(34, 20)
    bench.up(86, 70)
    expect(bench.masked('Box')).toEqual([])
    bench.runner.setHierarchy(hierarchy)
    expect(bench.masked('Box')).toEqual(withBox().masked('Box'))
    bench.runner.setHierarchy(null)
    expect(bench.masked('Box')).toEqual([])
  })

  it('stays when it is taken before there is anything to take', () => {
    const bench = toolBench(width, height, 'box', image)
    bench.down(34, 20)
    bench.up(86, 70)
    expect(bench.runner.key('finish')).toBe(true)
    expect([bench.runner.hasShape, bench.counts()]).toEqual([true, {}])
    bench.runner.setHierarchy(hierarchy)
    bench.runner.key('finish')
    expect(bench.pixelsOf(1)).toEqual(withBox().masked('Box'))
  })

  it('shows what would change: not what is protected, nor what the object has', () => {
    const bench = withBox()
    bench.runner.key('finish')
    bench.labeling.setState({ objectId: null, protects: true })
    bench.down(34, 20)
    bench.up(86, 70)
    expect(bench.masked('Box')).toEqual([])
    bench.labeling.setState({ protects: false })
    bench.runner.forgetHover()
    expect(bench.masked('Box').length).toBeGreaterThan(1000)
  })

  it('goes with the image it was drawn on', () => {
    const bench = withBox()
    bench.runner.open(null)
    expect(bench.sketches.size).toBe(0)
    bench.runner.open(bench.session)
    expect(bench.runner.key('finish')).toBe(false)
  })
})
