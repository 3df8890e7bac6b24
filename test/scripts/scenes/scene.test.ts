import { expect, it } from 'vitest'
import { renderScene } from '../../../scripts/scenes/scene.ts'

const small = (seed: number) => renderScene(seed, 120, 80)

it('renders the same scene from the same seed, and another one from another', () => {
  expect(small(5)).toEqual(small(5))
  expect(small(6).data).not.toEqual(small(5).data)
})

it('numbers the segments of three people without gaps, the first of whom draws the most', () => {
  for (const seed of [1, 2, 3]) {
    const { truths } = small(seed)
    expect(truths).toHaveLength(3)
    for (const { count, labels } of truths) {
      expect(labels).toHaveLength(120 * 80)
      expect(new Set(labels)).toEqual(new Set(Array.from({ length: count }, (_, i) => i)))
    }
    expect(truths[0]!.count).toBeGreaterThanOrEqual(truths[2]!.count)
  }
})

it('is neither black nor white nor grey', () => {
  for (const seed of [1, 2, 3]) {
    const { data } = small(seed)
    let [sum, colour] = [0, 0]
    for (let i = 0; i < data.length; i += 4) {
      sum += data[i + 1]!
      colour += Math.abs(data[i]! - data[i + 2]!)
    }
    expect(sum / (data.length / 4)).toBeGreaterThan(40)
    expect(sum / (data.length / 4)).toBeLessThan(215)
    expect(colour).toBeGreaterThan(0)
  }
})
