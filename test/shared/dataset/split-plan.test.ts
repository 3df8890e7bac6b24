import { describe, expect, it } from 'vitest'
import { planSplits, type SplitSample } from '../../../shared/dataset/split-plan.ts'

const samples: SplitSample[] = Array.from({ length: 1000 }, (_, i) => ({
  name: `frame ${i}.jpg`,
  card: null,
  categories: i % 50 === 0 ? [1, 9] : i % 3 === 0 ? [1, 2] : [1],
}))
const shares = { by: 'shares', shares: [80, 10, 10], seed: 7 } as const
const count = (plan: ReadonlyMap<string, unknown>, split: string, among = samples) =>
  among.filter(({ name }) => plan.get(name) === split).length

describe('splits', () => {
  it('by shares come out as asked, overall and for a rare category', () => {
    const plan = planSplits(samples, shares)
    expect(['train', 'val', 'test'].map((split) => count(plan, split))).toEqual([800, 100, 100])
    const rare = samples.filter(({ categories }) => categories.includes(9))
    expect(['train', 'val', 'test'].map((split) => count(plan, split, rare))).toEqual([16, 2, 2])
  })

  it('are the same for the same seed in whatever order samples come, and others for another seed', () => {
    const plan = planSplits(samples, shares)
    const again = planSplits([...samples].reverse(), shares)
    expect(samples.every(({ name }) => plan.get(name) === again.get(name))).toBe(true)
    const other = planSplits(samples, { ...shares, seed: 8 })
    expect(samples.filter(({ name }) => plan.get(name) !== other.get(name)).length).toBeGreaterThan(100)
  })

  it('reach small sets too, and give nothing to a split without a share', () => {
    const few = samples.slice(1, 11).map((sample, i) => ({ ...sample, categories: [i] }))
    const plan = planSplits(few, shares)
    expect(['train', 'val', 'test'].map((split) => count(plan, split, few))).toEqual([8, 1, 1])
    const none = planSplits(samples, { ...shares, shares: [3, 1, 0] })
    expect(['train', 'val', 'test'].map((split) => count(none, split))).toEqual([750, 250, 0])
  })

  it('are those of cards, or of tags', () => {
    const sample = { name: 'a', categories: [], card: { split: 'val' as const, tags: ['night', 'Train'] } }
    expect(planSplits([sample], { by: 'card' }).get('a')).toBe('val')
    expect(planSplits([sample], { by: 'tags' }).get('a')).toBe('train')
    expect(planSplits([sample], { by: 'none' }).get('a')).toBe(null)
  })
})
