import { describe, expect, it } from 'vitest'
import type { ToolName } from '../../../renderer/stores/labeling.ts'
import { lockObjects } from '../../../shared/label/many-objects.ts'
import { blockHierarchy } from '../../support/made-hierarchy.ts'
import { imageOf } from '../../support/made-images.ts'
import { toolBench } from '../../support/tool-bench.ts'

const [width, height] = [80, 60]
const image = imageOf(width, height, () => [90, 90, 90])

type Bench = ReturnType<typeof toolBench>

/** What each tool does to cover the middle of the image, and its shape's last key. */
const over: Partial<Record<ToolName, (bench: Bench, alt: boolean) => void>> = {
  superpixel(bench, alt) {
    bench.down(15, 15, { alt })
    bench.move(60, 40, { alt })
    bench.up(60, 40)
  },
  brush(bench, alt) {
    bench.down(15, 25, { alt })
    bench.up(65, 25)
  },
  polygon(bench, alt) {
    for (const [x, y] of [
      [5, 5],
      [75, 5],
      [75, 55],
      [5, 55],
    ] as const)
      bench.click(x, y)
    bench.runner.key('finish', alt)
  },
  magic(bench, alt) {
    for (const [x, y] of [
      [5, 5],
      [75, 5],
      [75, 55],
      [5, 55],
    ] as const)
      bench.click(x, y, { shift: true })
    bench.runner.key('finish', alt)
  },
  box(bench, alt) {
    bench.down(10, 10, { alt })
    bench.up(70, 50)
    bench.runner.key('finish')
  },
  fill(bench, alt) {
    bench.click(5, 5, { alt })
    bench.runner.key('finish')
  },
}
const tools = Object.keys(over) as ToolName[]

/** Object 1 has a stripe of 10 columns in the middle, and is locked. */
function withLocked(tool: ToolName) {
  const bench = toolBench(width, height, 'brush', image)
  bench.runner.setHierarchy(blockHierarchy(width, height, 10))
  bench.labeling.setState({ cellCount: 48, brushSize: 10 })
  bench.down(35, 5)
  bench.up(35, 55)
  bench.session.apply(lockObjects(bench.session.doc, [1], true, [])!)
  bench.labeling.setState({ objectId: null })
  bench.use(tool)
  return { bench, had: bench.pixelsOf(1) }
}

describe('a locked object', () => {
  it.each(tools)('keeps every pixel under the %s tool, which paints around it', (tool) => {
    const { bench, had } = withLocked(tool)
    over[tool]!(bench, false)
    expect(bench.pixelsOf(1)).toEqual(had)
    expect(bench.pixelsOf(2).length).toBeGreaterThan(100)
    expect(bench.refused).toEqual([])
  })

  it.each(tools)('grows by no pixel of the %s tool, which says why', (tool) => {
    const { bench, had } = withLocked(tool)
    bench.labeling.setState({ objectId: 1 })
    over[tool]!(bench, false)
    expect([bench.pixelsOf(1), bench.counts()]).toEqual([had, { 1: had.length }])
    expect(bench.refused).toEqual([1])
  })

  it.each(tools)('loses no pixel to the %s tool with Alt', (tool) => {
    const { bench, had } = withLocked(tool)
    bench.labeling.setState({ objectId: 1 })
    over[tool]!(bench, true)
    expect(bench.pixelsOf(1)).toEqual(had)
    expect(bench.refused).toEqual([1])
  })

  it('is no part of what a hover shows', () => {
    const { bench, had } = withLocked('superpixel')
    bench.move(35, 25)
    const shown = bench.highlighted()
    expect(shown.filter((pixel) => had.includes(pixel))).toEqual([])
  })
})
