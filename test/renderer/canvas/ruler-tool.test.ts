import { expect, it } from 'vitest'
import { toolBench } from '../../support/tool-bench.ts'

it('says length, direction and box of a line, and writes nothing', () => {
  const bench = toolBench(60, 40, 'ruler')
  bench.down(10, 30)
  bench.move(13, 26)
  expect(bench.labeling.getState().measure).toBe('5.0 px, 53.1°, 3.0 × 4.0 px, 12.0 px²')
  bench.up(13, 26)
  expect(bench.sketches.get('Ruler')?.note?.text).toBe(bench.labeling.getState().measure)
  expect([bench.counts(), bench.session.history.undoTitle, bench.runner.hasShape]).toEqual([{}, null, false])
})

it('measures between two clicks, and forgets it with another tool', () => {
  const bench = toolBench(60, 40, 'ruler')
  bench.click(10, 10)
  bench.move(20, 10)
  bench.click(30, 10)
  bench.move(50, 30)
  expect(bench.labeling.getState().measure).toMatch(/^20\.0 px, 0\.0°/)
  bench.use('brush')
  expect([bench.labeling.getState().measure, bench.sketches.size]).toEqual([null, 0])
})

it('is taken away by one press of Esc, which does nothing else', () => {
  const bench = toolBench(60, 40, 'ruler')
  bench.down(10, 10)
  bench.move(30, 10)
  bench.up(30, 10)
  expect(bench.runner.cancel()).toBe(true)
  expect([bench.labeling.getState().measure, bench.runner.cancel()]).toEqual([null, false])
  bench.click(10, 10)
  expect([bench.runner.cancel(), bench.runner.cancel()]).toEqual([true, false])
})
